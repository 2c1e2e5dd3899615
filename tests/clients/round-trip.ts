// What a front end does, with types that openapi-typescript has made of the document.
import createClient from "openapi-fetch";
import type { paths, components } from "./schema";

type Obligation = components["schemas"]["Obligation"];

function check(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

const [baseUrl, token] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

// List, filter, and page to the end: the rows are what their type says.
const rows: Obligation[] = [];
let cursor: string | undefined;
do {
  const { data, error } = await client.GET("/api/v1/obligations", {
    params: { query: { overdue: true, unit: ["hbj"], limit: 20, cursor } },
  });
  check(data, `the ledger: ${error?.detail}`);
  for (const row of data.items) {
    check(row.unit.code === "hbj" && row.overdue, `${row.id} was not asked for`);
    rows.push(row);
  }
  check(data.total >= rows.length, "more rows than there are");
  cursor = data.next ? (new URL(data.next).searchParams.get("cursor") ?? undefined) : undefined;
} while (cursor);
check(rows.length > 20, "several pages");

// A union is told by its kind, and free JSON may be anything.
const deadlines = await client.GET("/api/v1/deadlines", { params: { query: { rule_kind: ["date"], limit: 1 } } });
const rule = deadlines.data?.items[0]?.rule;
check(rule?.kind === "date" && rule.due_on.length === 10, "the rule is a day");
const amended: components["schemas"]["Amendment"] = { id: "", at: "", actor: "", event: "", subject: "", reason: "", before: [1] };
check(amended, "before may be a list");

// A fault comes back with the field it belongs to.
const open = rows.find((row) => row.allowed_actions.includes("report"));
check(open, "something to report on");
const refused = await client.POST("/api/v1/progress-reports", {
  body: { obligation_id: open.id, summary: "", percent: 300 },
});
const places = refused.error?.errors?.map((fault) => fault.pointer);
check(refused.response.status === 422 && places?.includes("/percent"), `the form's faults: ${places}`);

// A report is written and submitted; who has not read the newest version is told.
const begun = await client.POST("/api/v1/progress-reports", {
  body: { obligation_id: open.id, summary: "已完成本季度公开", percent: 50 },
  headers: { "Idempotency-Key": crypto.randomUUID() },
});
check(begun.data, `the report: ${begun.error?.detail}`);
const path = { id: begun.data.id };
const stale = await client.POST("/api/v1/progress-reports/{id}/submit", {
  params: { path, header: { "If-Match": '"99-stale"' } },
});
check(stale.response.status === 412 && stale.error?.code === "stale", "412 for what is stale");
const tag = begun.response.headers.get("ETag");
check(tag, "the report has a tag");
const submitted = await client.POST("/api/v1/progress-reports/{id}/submit", {
  params: { path, header: { "If-Match": tag } },
});
check(submitted.data?.status === "submitted", `submitted: ${submitted.error?.detail}`);

// The same as a table in Chinese; and nothing where nothing has changed.
const csv = await client.GET("/api/v1/requirements.csv", {
  params: { query: { headers: "zh", bom: false, fields: "id,plan_id" } },
  parseAs: "text",
});
check(csv.data?.startsWith("编号,方案"), "CSV");
const groups = await client.GET("/api/v1/obligations", { params: { query: { group_by: "light" } } });
check(groups.data?.items.length === 0 && groups.data.groups?.some((group) => group.key === "red"), "counts by group");
const ids = await client.GET("/api/v1/obligations", { params: { query: { fields: "id", limit: 1 } } });
check(Object.keys(ids.data?.items[0] ?? {}).join() === "id", "only what is asked for");
const plans = await client.GET("/api/v1/plans");
const again = await client.GET("/api/v1/plans", {
  params: { header: { "If-None-Match": plans.response.headers.get("ETag") ?? "" } },
});
check(again.response.status === 304, "304 for what one has");
console.log(`${rows.length} rows read, ${begun.data.id} submitted`);
