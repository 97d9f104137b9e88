"""The long runs of `aitel proxy`; started by proxy-faults.sh."""
import hashlib, os, random, resource, signal, subprocess, sys, threading, time

AITEL, DUMMY, WANTED = sys.argv[1], sys.argv[2], sys.argv[3:] or ["bytes", "latency", "lives", "floods"]
FAILED = []
MARK = f"AITEL_FAULTS_{os.getpid()}"


def check(name, holds, figures):
    print(f"{'holds ' if holds else 'FAILS '} {name}: {figures}", flush=True)
    if not holds:
        FAILED.append(name)


def proxy(*child, options=("--metrics", "127.0.0.1:0"), mark="1", **streams):
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL} | streams
    return subprocess.Popen([AITEL, "proxy", "--server-id", "faults", *options, "--", *child], env={**os.environ, MARK: mark}, bufsize=0, **streams)


def left():
    """Processes of ours that live or lie about dead, by the mark in their environment or their parent's."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as f:
                if MARK.encode() in f.read() and int(pid) != os.getpid():
                    found.append(pid)
        except OSError:
            pass
    return found


def zombies():
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as f:
                stat = f.read()
            name, rest = stat[stat.index("(") + 1:stat.rindex(")")], stat[stat.rindex(")") + 2:].split()
            if rest[0] == "Z" and int(rest[1]) in (1, os.getpid()) and (name.startswith("AiTelemetry") or name in ("sh", "sleep", "cat")):
                found.append(pid)
        except OSError:
            pass
    return found


def write_all(fd, data):
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view):]


def bytes_run():
    """100,000 frames of 1 B to 16 MiB, cut at random, to an echo and back."""
    rng = random.Random(6)
    pool = rng.randbytes(16 << 20)
    run = proxy(DUMMY, "echo")
    received, count = hashlib.sha256(), [0]

    def read():
        while data := os.read(run.stdout.fileno(), 1 << 20):
            received.update(data)
            count[0] += len(data)

    reader = threading.Thread(target=read)
    reader.start()
    sent, total, began = hashlib.sha256(), 0, time.time()
    for i in range(100_000):
        size = 16 << 20 if i % 25_000 == 7 else rng.randrange(1, 1 << 20) if i % 500 == 0 else rng.randrange(1, 4096)
        at = rng.randrange(len(pool) - size + 1)
        if i % 2:
            frame = b'{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"t%d","arguments":{"x":"' % (i, i % 20) + pool[at:at + size].hex().encode()[:size] + b'"}}}\r\n'
        else:
            frame = pool[at:at + size]
        sent.update(frame)
        total += len(frame)
        while frame:
            cut = rng.randrange(1, 1 << 17) if len(frame) > 1 << 16 or rng.random() < 0.1 else len(frame)
            write_all(run.stdin.fileno(), frame[:cut])
            frame = frame[cut:]
    run.stdin.close()
    reader.join()
    code, usage = run.wait(), resource.getrusage(resource.RUSAGE_CHILDREN)
    check("bytes", sent.digest() == received.digest() and code == 0,
          f"100,000 frames, {total:,} bytes each way in {time.time() - began:.0f} s, {count[0]:,} came back, same SHA-256: {sent.digest() == received.digest()}, exit {code}")


def round_trips(run, count):
    frame = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"message":"hi"}}}\n'
    times = []
    for _ in range(count):
        began = time.perf_counter()
        write_all(run.stdin.fileno(), frame)
        got = 0
        while got < len(frame):
            got += len(os.read(run.stdout.fileno(), 4096))
        times.append(time.perf_counter() - began)
    return times


def latency_run():
    """The way through the proxy beside the bare server, in turns; and the first frame after the start."""
    through, bare = proxy(DUMMY, "echo"), subprocess.Popen([DUMMY, "echo"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    round_trips(through, 500), round_trips(bare, 500)
    with_proxy, without = [], []
    for _ in range(40):
        with_proxy += round_trips(through, 250)
        without += round_trips(bare, 250)
    for run in (through, bare):
        run.stdin.close()
        run.wait()
    p = lambda times, q: sorted(times)[int(len(times) * q)] * 1000
    added = p(with_proxy, 0.99) - p(without, 0.99)
    check("latency", added / 2 <= 1, f"added per frame p50 {(p(with_proxy, 0.5) - p(without, 0.5)) / 2:.3f} ms, p99 {added / 2:.3f} ms (goal 1 ms); round trips p99 {p(with_proxy, .99):.3f} and {p(without, .99):.3f} ms")
    firsts = {"proxy": [], "bare": []}
    for _ in range(15):
        for name, start in (("proxy", lambda: proxy("cat")), ("bare", lambda: subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0))):
            began = time.perf_counter()
            run = start()
            run.stdin.write(b"{}\n")
            os.read(run.stdout.fileno(), 10)
            firsts[name].append((time.perf_counter() - began) * 1000)
            run.stdin.close()
            run.wait()
    middle = {name: sorted(times)[len(times) // 2] for name, times in firsts.items()}
    check("first frame", middle["proxy"] - middle["bare"] <= 200, f"median {middle['proxy']:.0f} ms through the proxy, {middle['bare']:.0f} ms bare (goal: 200 ms more)")


def lives_run():
    """200 lives, of every kind."""
    wrong, slowest = [], 0
    for i in range(200):
        kind = ["exit", "signal", "stdin", "ignores", "grandchild", "agent killed", "term"][i % 7]
        expected = None
        if kind == "exit":
            run, expected = proxy("sh", "-c", f"exit {i % 256}"), i % 256
        elif kind == "signal":
            number = [9, 15, 6, 11][i % 4]
            run, expected = proxy("sh", "-c", f"kill -{number} $$"), 128 + number
        elif kind == "stdin":
            run, expected = proxy("sh", "-c", "cat >/dev/null; exit 9"), 9
            run.stdin.close()
        elif kind == "ignores":
            run, expected = proxy("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1000; done"), 128 + 9
            run.stdout.read(6)
            run.stdin.close()
        elif kind == "grandchild":
            run, expected = proxy("sh", "-c", "sh -c 'trap \"\" TERM; sleep 1000' & (sleep 1000 &) ; exit 3"), 3
        elif kind == "term":
            run, expected = proxy("sh", "-c", "echo ready; while :; do sleep 0.05; done"), 128 + 15
            run.stdout.read(6)
            run.send_signal(signal.SIGTERM)
        else:
            # The agent is a process that dies by KILL with the proxy as its child: its ends of the pipes go with it.
            agent = subprocess.Popen([sys.executable, "-c", "import subprocess, sys, time\n"
                                      "p = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)\np.stdout.read(6); print('up', flush=True); time.sleep(1000)",
                                      AITEL, "proxy", "--server-id", "x", "--", "sh", "-c", "echo ready; sh -c 'sleep 1000'; true"], env={**os.environ, MARK: "1"}, stdout=subprocess.PIPE)
            agent.stdout.readline()
            agent.kill()
            agent.wait()
            run = None
        began = time.time()
        if run is not None:
            code = run.wait(30)
            if expected is not None and code != expected:
                wrong.append((kind, code, expected))
        while left() and time.time() - began < 10:
            time.sleep(0.02)
        slowest = max(slowest, time.time() - began)
        if remaining := left():
            wrong.append((kind, "left", remaining))
    check("lives", not wrong and not zombies(), f"200 life cycles, wrong: {wrong or 'none'}, orphans {len(left())}, zombies {len(zombies())}, slowest end {slowest:.1f} s")


def floods_run():
    """1 GB on stderr, and an agent that does not read for 60 s."""
    began = time.time()
    run = proxy(DUMMY, "flood", str(1_000_000_000))
    peak = watch(run, lambda: run.stdout.read(5) == b"done\n")
    check("flood", run.wait() == 0 and peak < 64 << 10, f"1 GB on stderr in {time.time() - began:.0f} s, peak RSS {peak:,} KB (goal 65,536)")
    run = proxy(DUMMY, "talk", str(200_000_000))
    peak = watch(run, lambda: time.sleep(60) or True)
    got = 0
    while data := os.read(run.stdout.fileno(), 1 << 20):
        got += len(data)
    check("stall", got == 200_000_000 and run.wait() == 0 and peak < 64 << 10, f"an agent that did not read for 60 s got all of {got:,} bytes, peak RSS {peak:,} KB (goal 65,536)")


def watch(run, until):
    peak, done = [0], threading.Event()

    def look():
        while not done.wait(0.05):
            try:
                with open(f"/proc/{run.pid}/status") as f:
                    peak[0] = max([peak[0]] + [int(line.split()[1]) for line in f if line.startswith("VmHWM")])
            except OSError:
                return

    watcher = threading.Thread(target=look)
    watcher.start()
    until()
    done.set()
    watcher.join()
    return peak[0]


for name in WANTED:
    {"bytes": bytes_run, "latency": latency_run, "lives": lives_run, "floods": floods_run}[name]()
sys.exit(1 if FAILED else 0)
