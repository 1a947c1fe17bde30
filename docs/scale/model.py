"""A model of a cluster: what so many connections take, and which limit is met first.

It begins from `measured.json`, which `make bench-cluster` writes, and is held against the points in it. Writes the
plots beside it, and the tables of docs/scale.md. Needs matplotlib.
"""

import json
import os
import sys

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402

DOCUMENT = "scale.md"

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000]

# What is assumed of the use of a connection. Change it to what yours is.
POLLS_PER_MINUTE = 1 / 5
ACTIONS_PER_DAY = 50
REQUESTS_PER_ACTION = 1.5
# In the busiest minute, as a multiple of the mean.
PEAK = 3
# A machine: cores, memory in GiB, and how much of its cores is used.
CORES, MEMORY_GIB, USED = 8, 32, 0.6
# Bytes of state in the server: 5.3 kB of a connection and 0.5 kB of its trigger were measured, and 0.9 kB of each event
# that is kept, of which 20 are assumed.
STATE_BYTES = 24_000
# Bytes of a connection that a worker has in use.
CONNECTION_BYTES = 60_000
WORKER_MIB = 60
# Limits of the service: calls in a minute of one account, and of the whole app if it counts so.
ACCOUNT_PER_MINUTE, APP_PER_MINUTE = 1000, 60_000
# Invocations that one partition of the server takes in a second: it is one thread, and waits for its log.
PARTITION_PER_SECOND = 1_500
# Of one object, such as a quota that all connections share: its calls come one after the other.
OBJECT_PER_SECOND, MOST_LEAVES = 60, 256


def measured():
    with open(os.path.join(HERE, "measured.json"), encoding="utf-8") as file:
        return json.load(file)


def cpu_ms(points):
    """Of one action: CPU of workers and of the server in milliseconds, at the point where it was least disturbed."""
    quiet = min(points, key=lambda point: sum(point["cpu_ms_per_action"].values()))
    return quiet["cpu_ms_per_action"]["workers"], quiet["cpu_ms_per_action"]["server"]


def predicted(figures, point):
    """Actions a second on the machine of the measurement, which all processes share: what its cores give beside
    other programs, or what the callers wait for, whichever is less."""
    cost = sum(point["cpu_ms_per_action"].values())
    by_cores = figures["cores"] * point["free_share"] * 1000 / cost
    by_callers = figures["options"]["callers"] * 1000 / point["alone_p50_ms"]
    return min(by_cores, by_callers)


def journal_bytes(figures):
    """On the server's disk for an action, which is kept for a day."""
    return figures["points"][0]["disk_bytes_per_action"]


def at(connections, figures):
    """What so many connections take."""
    worker_ms, server_ms = cpu_ms(figures["points"])
    polls = connections * POLLS_PER_MINUTE / 60
    actions = connections * ACTIONS_PER_DAY / 86_400 * PEAK
    calls = polls + actions
    requests = polls + actions * REQUESTS_PER_ACTION
    worker_cores = calls * worker_ms / 1000 / USED
    server_cores = calls * server_ms / 1000 / USED
    in_use = min(connections, 20_000)
    workers = max(worker_cores / CORES, 1)
    disk = connections * (STATE_BYTES + ACTIONS_PER_DAY * journal_bytes(figures))
    return {
        "connections": connections, "polls_per_minute": polls * 60, "actions_per_second": actions,
        "requests_per_second": requests, "worker_cores": worker_cores, "server_cores": server_cores,
        "worker_machines": -(-worker_cores // CORES), "server_machines": max(-(-server_cores // CORES), 1),
        "worker_gib": (workers * WORKER_MIB * 2**20 + in_use * CONNECTION_BYTES) / 2**30,
        "server_disk_gib": disk / 2**30, "partitions": max(-(-calls // PARTITION_PER_SECOND), 1),
    }


def limits():
    """The number of connections at which each limit is met."""
    calls = POLLS_PER_MINUTE / 60 + ACTIONS_PER_DAY / 86_400 * PEAK
    requests = POLLS_PER_MINUTE / 60 + ACTIONS_PER_DAY / 86_400 * PEAK * REQUESTS_PER_ACTION
    figures = measured()
    worker_ms, server_ms = cpu_ms(figures["points"])
    return {
        f"the service, if the app as a whole has {APP_PER_MINUTE:,} calls a minute": APP_PER_MINUTE / 60 / requests,
        "one machine for the server": CORES * USED * 1000 / server_ms / calls,
        "one machine for workers": CORES * USED * 1000 / worker_ms / calls,
        "24 partitions, which is what a server has unless it is told": 24 * PARTITION_PER_SECOND / calls,
        "one quota that all connections share": OBJECT_PER_SECOND * MOST_LEAVES / requests,
        "1 TiB for the server's journal of a day": 2**40 / (STATE_BYTES + ACTIONS_PER_DAY * journal_bytes(figures)),
    }


def plot(name, title, y_label, lines, points=()):
    figure, axes = pyplot.subplots(figsize=(7.2, 4.2))
    for label, xs, ys in lines:
        axes.plot(xs, ys, label=label, linewidth=1.8)
    for label, xs, ys in points:
        axes.plot(xs, ys, "o", label=label)
    axes.set_title(title, fontsize=11)
    axes.set_ylabel(y_label)
    axes.grid(True, which="major", linewidth=0.4)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes, os.path.join(HERE, name)


def save(figure, axes, path, x_label, legend=True):
    axes.set_xlabel(x_label)
    if legend:
        axes.legend(frameon=False, fontsize=9)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def measured_table(figures):
    lines = ["| workers | actions a second | by the model | p50, ms | p99, ms | one alone, ms | CPU of workers, ms | "
             "of the server, ms | of the machine free |", "|---:|---:|---:|---:|---:|---:|---:|---:|---:|"]
    for point in figures["points"]:
        cpu = point["cpu_ms_per_action"]
        lines.append(
            f"| {point['workers']} | {point['per_second']:.0f} | {predicted(figures, point):.0f} | "
            f"{point['p50_ms']:.0f} | {point['p99_ms']:.0f} | {point['alone_p50_ms']:.1f} | {cpu['workers']:.2f} | "
            f"{cpu['server']:.2f} | {point['free_share']:.0%} |")
    return lines


def size_table(rows):
    lines = ["| connections | polls a minute | actions a second | requests a second | worker cores | worker machines | "
             "memory of workers, GiB | server cores | server machines | partitions | disk, GiB |",
             "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"]
    for row in rows:
        lines.append(
            f"| {row['connections']:,} | {row['polls_per_minute']:,.0f} | {row['actions_per_second']:,.1f} | "
            f"{row['requests_per_second']:,.0f} | {row['worker_cores']:,.1f} | {row['worker_machines']:.0f} | "
            f"{row['worker_gib']:.1f} | {row['server_cores']:,.1f} | {row['server_machines']:.0f} | "
            f"{row['partitions']:.0f} | {row['server_disk_gib']:,.1f} |")
    return lines


def limit_table():
    lines = ["| what is met | at so many connections |", "|---|---:|"]
    return lines + [f"| {what} | {count:,.0f} |" for what, count in sorted(limits().items(), key=lambda it: it[1])]


def write(tables):
    """Puts the tables into the document, each between its two comments."""
    path = os.path.join(HERE, "..", DOCUMENT)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for name, lines in tables.items():
        before, rest = text.split(f"<!-- {name} -->\n", 1)
        _, after = rest.split("<!-- end -->", 1)
        text = before + f"<!-- {name} -->\n" + "\n".join(lines) + "\n<!-- end -->" + after
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    matplotlib.rcParams["svg.hashsalt"] = "scale"
    # Texts stay texts.
    matplotlib.rcParams["svg.fonttype"] = "none"
    figures = measured()
    points = figures["points"]
    numbers = [point["workers"] for point in points]
    rows = [at(size, figures) for size in SIZES]
    write({"measured": measured_table(figures), "sizes": size_table(rows), "limits": limit_table()})

    xs = [row["connections"] for row in rows]
    figure, axes, path = plot(
        "cores.svg", f"Cores, {USED:.0%} of them used", "cores",
        [("workers", xs, [row["worker_cores"] for row in rows]), ("server", xs, [row["server_cores"] for row in rows])])
    axes.set_xscale("log")
    axes.set_yscale("log")
    save(figure, axes, path, "connections")

    figure, axes, path = plot(
        "requests.svg", "Requests, and what the service lets through", "requests a second",
        [("needed", xs, [row["requests_per_second"] for row in rows]),
         ("allowed, counted by account", xs, [size * ACCOUNT_PER_MINUTE / 60 for size in xs]),
         (f"allowed, {APP_PER_MINUTE:,} a minute for the app", xs, [APP_PER_MINUTE / 60] * len(xs))])
    axes.set_xscale("log")
    axes.set_yscale("log")
    save(figure, axes, path, "connections")

    figure, axes, path = plot(
        "measured.svg", f"Measured on {figures['cores']} cores that all processes share", "actions a second",
        [("model", numbers, [predicted(figures, point) for point in figures["points"]])],
        [("measured", numbers, [point["per_second"] for point in figures["points"]])])
    axes.set_ylim(bottom=0)
    axes.set_xticks(numbers)
    save(figure, axes, path, "workers")

    found = sorted(limits().items(), key=lambda item: item[1])
    figure, axes = pyplot.subplots(figsize=(7.2, 3.2))
    names = [what.replace(", ", ",\n", 1) for what, _ in found]
    bars = axes.barh(names, [count for _, count in found], height=0.55)
    axes.bar_label(bars, [f"{count:,.0f}" for _, count in found], padding=4, fontsize=8)
    axes.set_xscale("log")
    axes.set_xlim(10_000, 5 * found[-1][1])
    axes.invert_yaxis()
    axes.set_title("Connections at which each limit is met", fontsize=11)
    axes.grid(True, axis="x", which="major", linewidth=0.4)
    axes.tick_params(axis="y", labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    save(figure, axes, os.path.join(HERE, "limits.svg"), "connections", legend=False)


if __name__ == "__main__":
    sys.exit(main())
