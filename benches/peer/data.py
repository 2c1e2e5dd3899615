"""The peer's database: the same plan's texts, 100 units and 100,000 reports, the same each time. `data.py FILE`"""

import json
import os
import random
import sqlite3
import sys

SCHEMA = """
create table unit (id integer primary key, name text not null);
create table requirement (id integer primary key, task_id integer not null, text text not null);
create table responsibility (id integer primary key, requirement_id integer not null references requirement,
  unit_id integer not null references unit, role text not null);
create table deadline (id integer primary key, requirement_id integer not null references requirement,
  due_on text not null, phrase text not null);
create table report (id integer primary key, requirement_id integer not null references requirement,
  unit_id integer not null references unit, period text not null, status text not null, percent integer not null,
  summary text not null, created_at text not null);
"""
INDEXES = """
create index deadline_requirement on deadline (requirement_id);
create index report_list on report (unit_id, status, created_at desc);
create index report_statistics on report (unit_id, status);
analyze;
"""


def main(path):
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.remove(path + suffix)
    dice = random.Random(1)
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    with open(os.path.join(root, "seeds", "plans", "dg-2017.json"), encoding="utf-8") as file:
        plan = json.load(file)
    db = sqlite3.connect(path)
    db.execute("pragma journal_mode = wal")
    db.executescript(SCHEMA)
    db.executemany("insert into unit values (?, ?)", [(n, f"第{n}单位") for n in range(1, 101)])
    number = 0
    for task, content in enumerate(plan["tasks"], 1):
        for requirement in content["requirements"]:
            number += 1
            db.execute("insert into requirement values (?, ?, ?)", (number, task, requirement["text"]))
            db.execute("insert into deadline values (?, ?, ?, ?)", (number, number, "2017-12-31", "12月底"))
            for unit in dice.sample(range(1, 101), 3):
                db.execute("insert into responsibility values (null, ?, ?, 'lead')", (number, unit))
    statuses = ["draft", "submitted", "submitted", "accepted", "accepted", "accepted", "returned"]
    reports = (
        (dice.randint(1, number), dice.randint(1, 100), f"2017-{dice.randint(1, 12):02}", dice.choice(statuses),
         dice.randint(0, 100), "已按要求完成本期信息公开工作，通过门户网站公开相关信息，并做好政策解读。" * 2,
         f"2017-{i // 8400 + 1:02}-{i // 300 % 28 + 1:02} {i // 3600 % 24:02}:{i // 60 % 60:02}:{i % 60:02}.000Z")
        for i in range(100_000))
    db.executemany("insert into report values (null, ?, ?, ?, ?, ?, ?, ?)", reports)
    db.executescript(INDEXES)
    db.commit()
    db.execute("pragma wal_checkpoint(truncate)")


main(sys.argv[1])
