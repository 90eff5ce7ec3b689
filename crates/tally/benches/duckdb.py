"""The same population queries in DuckDB over the same Parquet, beside our own times and counts.

    TALLY_BENCH_PARQUET=/some/folder cargo bench -p tally --bench scale
    pip install duckdb
    python3 crates/tally/benches/duckdb.py /some/folder

Reads `ours.json` and the Parquet files that the bench wrote. A count that differs is an error: exit 1.
"""

import calendar
import datetime
import json
import pathlib
import sys
import time

import duckdb

MACROS = """
CREATE MACRO days_between(a, b) AS (epoch_us(b) - epoch_us(a)) / 86400e6;
CREATE MACRO hours_between(a, b) AS (epoch_us(b) - epoch_us(a)) / 3600e6;
CREATE MACRO minutes_between(a, b) AS (epoch_us(b) - epoch_us(a)) / 60e6;
CREATE MACRO days_later(a, n) AS a + to_days(CAST(n AS INTEGER));
CREATE MACRO fix_assured(hits, trials) AS hits = 0 AND trials >= 59;
"""


def months_before(t, months):
    count = t.year * 12 + t.month - 1 - months
    year, month = divmod(count, 12)
    day = min(t.day, calendar.monthrange(year, month + 1)[1])
    return t.replace(year=year, month=month + 1, day=day)


def since(t, window):
    if window is None:
        return datetime.datetime(1678, 1, 1)
    count, unit = window.split()
    return months_before(t, int(count)) if unit.startswith("month") else t - datetime.timedelta(days=int(count))


def main():
    folder = pathlib.Path(sys.argv[1])
    ours = json.loads((folder / "ours.json").read_text())
    base = duckdb.connect()
    base.execute("SET threads = 2")
    base.execute(MACROS)
    for path in sorted(folder.glob("*.parquet")):
        base.execute(f"CREATE TABLE {path.stem} AS SELECT * FROM '{path}'")
    base.execute("CREATE TABLE sla (severity VARCHAR, days BIGINT)")
    base.execute("INSERT INTO sla VALUES ('critical', 7), ('high', 30), ('medium', 90), ('low', 180)")
    points = [datetime.datetime.fromisoformat(text.replace("Z", "")) for text in ours["points"]]
    wrong = 0
    total_ours = total_duck = 0.0
    print(f"{'metric':36} {'ours ms':>9} {'duckdb ms':>10} {'ratio':>7}  counts")
    for metric in ours["metrics"]:
        base.execute("CREATE OR REPLACE TABLE points (point BIGINT, t TIMESTAMP, since TIMESTAMP)")
        rows = [(n, t, since(t, metric["window"])) for n, t in enumerate(points)]
        base.executemany("INSERT INTO points VALUES (?, ?, ?)", rows)
        query = f"SELECT point, count(*) FROM ({metric['sql']}) GROUP BY point"
        if "seen_after" in metric["sql"]:
            # Rows that say when they are members: we count them in one pass, another engine joins them with the points.
            query = f"""SELECT p.point, count(*) FROM points p JOIN ({metric['sql']}) m
                ON m.seen_after < p.t AND (m.seen_until IS NULL OR m.seen_until >= p.t)
                AND (m.window_at IS NULL OR (m.window_at >= p.since AND m.window_at < p.t)) GROUP BY p.point"""
        clock = time.perf_counter()
        try:
            found = dict(base.execute(query).fetchall())
        except duckdb.Error as error:
            print(f"{metric['metric']:36} {metric['ms']:9.1f} {'-':>10}          does not run there: {str(error).splitlines()[0]}")
            continue
        ms = (time.perf_counter() - clock) * 1e3
        counts = [found.get(n, 0) for n in range(len(points))]
        same = counts == metric["n"]
        wrong += not same
        total_ours += metric["ms"]
        total_duck += ms
        print(f"{metric['metric']:36} {metric['ms']:9.1f} {ms:10.1f} {metric['ms'] / ms:7.2f}  {'same' if same else 'DIFFER'}")
    print(f"{'all that run in both':36} {total_ours:9.1f} {total_duck:10.1f} {total_ours / total_duck:7.2f}")
    sys.exit(1 if wrong else 0)


main()
