"""What an integrator does, with the client that openapi-python-client has made of the document."""

import sys
import uuid

from duban_client import AuthenticatedClient
from duban_client.api.deadlines import list_deadlines
from duban_client.api.obligations import list_obligations
from duban_client.api.plans import list_plans
from duban_client.api.progress_reports import create_report, submit_report
from duban_client.api.requirements import list_requirements_csv
from duban_client.models import GroupBy, NewReport, Problem, RuleDate, RuleKind, HeaderLanguage

client = AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2])

rows, cursor = [], None
while True:
    more = {"cursor": cursor} if cursor else {}
    page = list_obligations.sync(client=client, overdue=True, unit=["hbj"], limit=20, **more)
    rows += page.items
    if not page.next_:
        break
    cursor = page.next_.split("cursor=")[1].split("&")[0]
assert len(rows) == page.total > 20, "several pages"
assert all(row.unit.code == "hbj" and row.overdue for row in rows)

rule = list_deadlines.sync(client=client, rule_kind=[RuleKind.DATE], limit=1).items[0].rule
assert isinstance(rule, RuleDate) and rule.due_on.year == 2017

free = next(row for row in rows if "report" in row.allowed_actions)
wrong = create_report.sync(client=client, body=NewReport(obligation_id=free.id, summary="", percent=300))
assert isinstance(wrong, Problem) and "/percent" in [fault.pointer for fault in wrong.errors], wrong
body = NewReport(obligation_id=free.id, summary="已完成本季度公开", percent=50)
begun = create_report.sync_detailed(client=client, body=body, idempotency_key=str(uuid.uuid4()))
report = begun.parsed
stale = submit_report.sync(report.id, client=client, if_match='"99-stale"')
assert isinstance(stale, Problem) and stale.status == 412
assert submit_report.sync(report.id, client=client, if_match=begun.headers["etag"]).status == "submitted"

table = list_requirements_csv.sync(client=client, headers=HeaderLanguage.ZH, bom=False, fields="id,plan_id")
assert table.startswith("编号,方案"), table
groups = list_obligations.sync(client=client, group_by=GroupBy.LIGHT)
assert groups.items == [] and "red" in [group.key for group in groups.groups], groups
tag = list_plans.sync_detailed(client=client).headers["etag"]
assert list_plans.sync_detailed(client=client, if_none_match=tag).status_code == 304
print(f"{len(rows)} rows read, {report.id} submitted")
