-- Sends one body after the other, from the file BODIES: lines of token and body, separated by a tab. None twice: what is
-- there already would be refused.
local bodies, at = {}, 0
for line in io.lines(os.getenv("BODIES")) do bodies[#bodies + 1] = line end
local path, repeats = os.getenv("TO"), os.getenv("REPEAT") == "1"
local headers = { ["content-type"] = "application/json" }
request = function()
  at = at + 1
  if at > #bodies then
    if not repeats then return wrk.format("GET", "/healthz") end
    at = 1
  end
  local token, body = bodies[at]:match("^([^\t]*)\t(.*)$")
  headers["authorization"] = "Bearer " .. token
  if os.getenv("RUN") ~= "" then headers["idempotency-key"] = os.getenv("RUN") .. at end
  return wrk.format("POST", path, headers, body)
end
