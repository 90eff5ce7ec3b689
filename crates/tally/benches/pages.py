#!/usr/bin/env python3
"""How fast pages are under load: `tally serve` over a made-up programme, 50 connections of `wrk` that never rest.

    crates/tally/benches/pages.py --tally target/release/tally --data /tmp/million --findings 1000000

Makes the programme in --data where there is none yet. Says, for each kind of page, the first (cold) answer, p50 and p99,
requests a second, the server's processor time a request, and the bytes of a first load; then how far that is from the goal
(p99 under 50 ms at 50 readers on two cores, a first load under 100 KB). Exit code 1 where a goal is missed. Needs wrk.
"""

import argparse
import gzip
import http.client
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

GOAL_MS, GOAL_BYTES = 50.0, 100_000
NAME, PASSWORD = "bench", "a bench reads and never writes"

SCRIPT = """
local paths = {%s}
local at = 0
local fixed = %d
function setup(thread) thread:set("id", fixed); fixed = fixed + 1 end
function init(args) math.randomseed(id); at = math.random(#paths) end
function request() at = at %% #paths + 1; return wrk.format("GET", paths[at]) end
function delay() return %s end
function done(summary, latency, requests)
  io.write(string.format("RESULT %%f %%f %%f %%d %%d %%d\\n", latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    latency.max / 1000, summary.requests, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
"""


class Site:
    """The server and a session in it."""

    def __init__(self, tally, data, port):
        command = [tally, "serve", "--data", data, "--port", str(port)]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        said = queue.Queue()
        threading.Thread(target=lambda: [said.put(line) for line in self.process.stderr], daemon=True).start()
        self.address, link, wait = None, None, 600
        while not link:
            try:
                line = said.get(timeout=wait)
            except queue.Empty:
                break
            found = re.search(r"serving .* at (http://[^\s;,]+)", line)
            if found:
                # No link comes where there is an account already.
                self.address, wait = found.group(1), 2
            link = re.search(r"(/link/\S+)", line)
        if not self.address:
            self.fail("the server did not come up")
        # A first administrator is made by the link; of a programme that was benched before, the password is known.
        if link:
            fields = {"name": NAME, "password": PASSWORD, "again": PASSWORD}
            place = link.group(1)
        else:
            fields, place = {"name": NAME, "password": PASSWORD, "next": "/"}, "/sign-in"
        body = urllib.parse.urlencode(fields)
        status, headers, _ = self.ask("POST", place, body, {"content-type": "application/x-www-form-urlencoded"})
        cookies = [value for name, value in headers if name.lower() == "set-cookie"]
        if status != 303 or not cookies:
            self.fail(f"signing in was answered with {status}")
        self.cookie = cookies[0].split(";")[0]

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(self.address.split("//")[1], timeout=600)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()

    def get(self, path):
        """Seconds, body, bytes on the wire."""
        began = time.perf_counter()
        status, headers, body = self.ask("GET", path, None, {"cookie": self.cookie, "accept-encoding": "gzip"})
        seconds = time.perf_counter() - began
        if status != 200:
            self.fail(f"GET {path} was answered with {status}")
        size = len(body)
        if dict((name.lower(), value) for name, value in headers).get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        return seconds, body.decode(), size

    def processor(self):
        """Seconds of processor time that the server has used."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def settle(self):
        """Waits until the server does nothing of its own any more; seconds of processor time that it took until then."""
        while True:
            before = self.processor()
            time.sleep(2)
            if self.processor() - before < 0.05:
                return before

    def memory(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024

    def fail(self, what):
        self.stop()
        sys.exit(what)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def prepare(tally, data, findings):
    if os.path.exists(os.path.join(data, "journal.db")):
        return
    subprocess.run([tally, "init", "--data", data], check=True, stdout=subprocess.DEVNULL)
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as records:
        subprocess.run([tally, "demo", "--records", "--findings", str(findings)], check=True, stdout=records)
        subprocess.run([tally, "import", "records", records.name, "--data", data], check=True)


def ids(site, listing, folder):
    """Ids that a list leads to."""
    return sorted(set(re.findall(rf'href="({folder}/[^"?#/]+)"', site.get(listing)[1])))


def pages(site):
    """Addresses by kind of page."""
    metrics = ids(site, "/metrics", "/metrics")
    total = int(re.search(r'<h1>Findings <span class="soft">([\d,]+)', site.get("/findings")[1]).group(1).replace(",", ""))
    deep = [max(1, total // 25 * part // 16) for part in range(1, 16)]
    systems = ids(site, "/systems?per=100", "/systems")
    names = [path.rsplit("/", 1)[1] for path in systems]
    found = [path for page in deep[:6] for path in ids(site, f"/findings?page={page}&per=100", "/findings")]
    rows = "/metrics/finding-acceptance-rate/rows"
    kinds = {
        "scorecard": ["/"],
        "all metrics": ["/metrics"],
        "metric": metrics,
        "rows behind a metric": [rows] + [f"{rows}?page={page}" for page in deep] + [f"{rows}?hit=no&page={page}" for page in range(1, 9)],
        "rows of a segment": [f"{rows}?where=severity%3D{word}&page={page}" for word in ("high", "critical", "low") for page in (1, 2, 40)]
        + [f"{rows}?where=system%3D{name}" for name in names[:4]],
        "findings": ["/findings"],
        "findings, deep pages": [f"/findings?page={page}" for page in deep],
        "findings, filtered": [f"/findings?severity={word}" for word in ("critical", "high", "medium", "low")]
        + [f"/findings?system={name}" for name in names[:16]]
        + [f"/findings?severity=high&system={name}" for name in names[:8]],
        "findings, sorted": [f"/findings?sort={sort}&page={page}" for sort in ("title", "-reported_at", "severity", "system") for page in (1, 9)],
        "findings, searched": [f"/findings?q={word}" for word in ("prompt", "leak", "token", "tool")],
        "finding": found,
        "systems": ["/systems", "/systems?risk_tier=high", "/systems?sort=name&page=3"],
        "system": systems,
        "journal": ["/journal"],
        "search": [f"/search?q={word}" for word in ("prompt", "inject", "system", names[0], found[0].rsplit("/", 1)[1])],
        "assessments": ["/assessments"],
        "evals": ["/evals"],
    }
    kinds["all of these"] = [path for paths in kinds.values() for path in paths[:8]]
    return kinds


def loaded(site, paths, seconds, args):
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        quoted = ",".join('"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"' for path in paths)
        think = "0" if args.think == 0 else f"math.random({args.think * 2})"
        script.write(SCRIPT % (quoted, args.seed, think))
        script.flush()
        before = site.processor()
        command = ["wrk", f"-t{args.threads}", f"-c{args.connections}", f"-d{seconds}s", "--timeout", "30s", "-s", script.name]
        command += ["-H", f"Cookie: {site.cookie}", "-H", "Accept-Encoding: gzip", site.address]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        used = site.processor() - before
    p50, p99, most, requests, refused, broken = map(float, re.search(r"RESULT (.*)", said).group(1).split())
    return {"p50": p50, "p99": p99, "max": most, "rate": requests / seconds, "cpu": 1000 * used / max(requests, 1), "bad": int(refused + broken)}


def first_load(site, path):
    """Bytes on the wire of a page with its style, script and mark."""
    _, body, size = site.get(path)
    return size + sum(site.get(asset)[2] for asset in set(re.findall(r'"(/assets/[^"]+\.(?:css|js))"', body)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tally", default="target/release/tally")
    parser.add_argument("--data", required=True)
    parser.add_argument("--findings", type=int, default=1_000_000)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--think", type=int, default=0, help="milliseconds that a reader rests between pages, on average")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    prepare(args.tally, args.data, args.findings)
    site = Site(args.tally, args.data, args.port)
    missed = []
    try:
        print(f"the server is warm after {site.settle():.0f} s of processor time", flush=True)
        print(f"{'page':24} {'cold ms':>8} {'p50 ms':>8} {'p99 ms':>8} {'max ms':>8} {'req/s':>8} {'cpu ms':>7} {'first KB':>8}")
        for name, paths in pages(site).items():
            cold = max(site.get(path)[0] for path in paths) * 1000
            size = first_load(site, paths[0])
            site.settle()
            got = loaded(site, paths, args.seconds, args)
            row = f"{cold:8.0f} {got['p50']:8.1f} {got['p99']:8.1f} {got['max']:8.1f} {got['rate']:8.0f} {got['cpu']:7.2f} {size / 1000:8.1f}"
            print(f"{name:24} {row}" + (f"  {got['bad']} failed" if got["bad"] else ""), flush=True)
            if got["p99"] >= GOAL_MS:
                # Readers who never rest wait for each other: that is what a processor alone would take for all of them.
                waiting = got["cpu"] * args.connections / os.cpu_count()
                missed.append(f"{name}: p99 {got['p99']:.0f} ms, {got['p99'] / GOAL_MS:.1f} times the goal; {args.connections} requests "
                              f"of {got['cpu']:.2f} ms each on {os.cpu_count()} processors alone take {waiting:.0f} ms")
            if size >= GOAL_BYTES:
                missed.append(f"{name}: a first load of {size / 1000:.0f} KB")
            if got["bad"]:
                missed.append(f"{name}: {got['bad']} requests failed")
        print(f"memory of the server: {site.memory():,.0f} MB")
    finally:
        site.stop()
    print("\n".join(missed) if missed else "every goal is reached")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
