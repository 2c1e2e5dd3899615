// Swagger UI in a real browser, at the root and behind a proxy that serves it below a path.
import http from "node:http";
import puppeteer from "puppeteer-core";

const [base, token, browserPath, pictures] = process.argv.slice(2);

function check(holds, what) {
  if (!holds) throw new Error(what);
}

// Takes /office away on the way in, and says so.
const upstream = new URL(base);
const proxy = http.createServer((request, response) => {
  if (!request.url.startsWith("/office/")) return response.writeHead(404).end();
  const headers = {
    ...request.headers,
    "x-forwarded-host": request.headers.host,
    "x-forwarded-proto": "http",
    "x-forwarded-prefix": "/office",
  };
  const options = { host: upstream.hostname, port: upstream.port, method: request.method, path: request.url.slice(7), headers };
  const passed = http.request(options, (reply) => {
    response.writeHead(reply.statusCode, reply.headers);
    reply.pipe(response);
  });
  passed.on("error", () => response.writeHead(502).end());
  request.pipe(passed);
});
await new Promise((ready) => proxy.listen(0, "127.0.0.1", ready));

const browser = await puppeteer.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });

async function use(root, year) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 1600 });
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("requestfailed", (request) => complaints.push(request.url()));
  const opened = await page.goto(`${root}/docs/`);
  check(opened.headers()["content-security-policy"]?.includes("script-src 'self'"), "a policy for scripts");
  await page.waitForSelector(".opblock");
  for (const scheme of ["light", "dark"]) {
    const dark = await page.evaluate(() => document.documentElement.classList.contains("dark-mode"));
    if (dark !== (scheme === "dark")) await page.click(".dark-mode-toggle button");
    await page.evaluate(() => Promise.allSettled(document.getAnimations().map((change) => change.finished)));
    await page.screenshot({ path: `${pictures}/docs-${year}-${scheme}.png` });
  }

  await page.click(".btn.authorize");
  await page.type(".auth-container input", token);
  await page.click(".auth-container .modal-btn.authorize");
  await page.click(".auth-container .btn-done");

  const run = async (operation, edit) => {
    const at = `[id="operations-${operation}"]`;
    if (!(await page.$(`${at} .opblock-body`))) {
      await page.click(`${at} .opblock-summary-control`);
      await page.waitForSelector(`${at} .try-out__btn`);
      await page.click(`${at} .try-out__btn`);
    }
    if (edit) {
      await page.waitForSelector(`${at} textarea.body-param__text`);
      const before = await page.$eval(`${at} textarea.body-param__text`, (area) => area.value);
      await page.click(`${at} textarea.body-param__text`);
      await page.keyboard.down("Control");
      await page.keyboard.press("a");
      await page.keyboard.up("Control");
      await page.keyboard.sendCharacter(edit(before));
    }
    const replied = page.waitForResponse((reply) => reply.url().startsWith(`${root}/api/v1/`));
    await page.click(`${at} .execute`);
    const status = (await replied).status();
    await page.waitForSelector(`${at} .live-responses-table`);
    return status;
  };
  check((await run("plans-list_plans")) === 200, "a GET");
  const plan = (id) => () => JSON.stringify({ id, title: "方案", year });
  check((await run("plans-create_plan", plan(`dg-${year}`))) === 201, "a POST");
  check((await run("plans-create_plan", plan(`dg-${year}-b`))) === 201, "a second POST");
  await page.screenshot({ path: `${pictures}/docs-${year}-used.png` });

  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  check(!kept.includes(token), "the token is kept nowhere");
  check(complaints.length === 0, `on the console: ${complaints.join("; ")}`);
  await page.close();
}

try {
  await use(base, 2031);
  await use(`http://127.0.0.1:${proxy.address().port}/office`, 2032);
  console.log("used at the root and below a path");
} finally {
  await browser.close();
  proxy.close();
}
