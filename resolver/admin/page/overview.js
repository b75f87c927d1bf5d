// What GET /api/v1/status tells, section by section. Every field may be absent; unknown ones are passed over.

function showStatus(status, now) {
  const upstreams = list(status.upstreams);
  showAbout(status);
  showProblems(list(status.problems));
  showFigures(status.traffic ?? {});
  showUpstreams(upstreams, now, status.uptime_seconds);
  showTransitions(upstreams);
  showCache(status.cache ?? {});
  showDnssec(status.dnssec ?? {});
  showClock(status.clock ?? {}, status.link ?? {});
  showDaemon(status);
}

function showAbout({ version, uptime_seconds, pid }) {
  show(byId("about"), version !== undefined && html("span", {}, `version ${version}`),
    isNumber(uptime_seconds) && html("span", {}, `up ${span(Math.floor(uptime_seconds))}`),
    pid !== undefined && html("span", {}, `process ${pid}`));
}

function showProblems(problems) {
  byId("problems").hidden = problems.length === 0;
  show(byId("problem-list"), problems.map(({ what, remedy }) => html("li", {},
    html("p", { class: "what" }, String(what ?? "")), remedy && html("p", { class: "remedy" }, html("b", {}, "To do: "), String(remedy)))));
}

function figure(label, value, unit, note, chart) {
  return html("li", { class: "figure" }, html("p", { class: "label" }, label),
    html("p", { class: "value" }, value, unit && html("small", {}, space + unit)), html("p", { class: "note" }, note), chart);
}

function latencyFigure(label, latency, name) {
  const [p50, p99] = [milliseconds(latency?.p50), milliseconds(latency?.p99)];
  return figure(label, ...p50.split(space), `99 of 100 within ${p99}`, sparkline([`${name}_p50`, `${name}_p99`], peak(`${name}_p99`)));
}

function showFigures(traffic) {
  const [ratio, sign] = percent(traffic.hit_ratio).split(space);
  show(byId("figures"),
    figure("Queries", rate(traffic.queries_per_second), "per second", `${count(traffic.queries)} since the start`,
      sparkline(["rate"], peak("rate") * 1.1)),
    figure("From the cache", ratio, sign, "of all answers", sparkline(["hit_ratio"], 1)),
    latencyFigure("Cached answers, median", traffic.cached_ms, "cached"),
    latencyFigure("Others, median", traffic.uncached_ms, "uncached"));
}

const columns = ["State", "Upstream", "Last 15 min", "Share", "p50", "p99", "In flight", "Queries", "Won", "Failed"];

function cell(column, attributes, ...children) {
  return html("td", { role: "cell", "data-label": column, ...attributes }, children);
}

function failures({ failures: kinds = {} }) {
  const counted = Object.entries(kinds).filter(([, amount]) => amount > 0).sort((a, b) => b[1] - a[1]);
  const total = counted.reduce((sum, [, amount]) => sum + amount, 0);
  return [count(total), total > 0 && html("small", {}, counted.slice(0, 2).map(([kind, amount]) => `${kind} ${count(amount)}`).join(", "))];
}

/** What is out of the ordinary: why it is not used, when it is asked again, what it did wrong. */
function remarks(upstream) {
  const state = stateOf(upstream);
  const next = isNumber(upstream.next_probe_seconds) && state !== "closed" && `next probe in ${span(upstream.next_probe_seconds)}`;
  const wrong = [["bogus", "bogus"], ["disagreements", "in disagreement"]]
    .filter(([key]) => upstream[key] > 0).map(([key, word]) => `${count(upstream[key])} ${word}`);
  return [state !== "closed" && upstream.reason, next, upstream.validates === false && "its replies do not validate", ...wrong]
    .filter(Boolean).join(" · ");
}

function upstreamRow(upstream, now, uptime_seconds) {
  const state = stateOf(upstream), remark = remarks(upstream);
  const operator = upstream.operator !== upstream.name && upstream.operator;
  const share = isNumber(upstream.share) ? Math.min(1, Math.max(0, upstream.share)) : 0;
  return html("tr", { role: "row", class: `row-${state}` },
    cell("State", { class: "cell-state" }, stateMark(state)),
    html("th", { role: "rowheader", scope: "row", class: "cell-name" }, html("b", {}, String(upstream.name ?? "")),
      html("span", { class: "url" }, [operator, upstream.url].filter(Boolean).join(" · ")), remark && html("span", { class: "remark" }, remark)),
    cell("Last 15 min", { class: "cell-timeline" }, stateTimeline(upstream, now, uptime_seconds)),
    cell("Share", { class: "num cell-share" }, html("span", {}, percent(upstream.share)), stackedBar([["load", share, ""]], 1, `share ${percent(upstream.share)}`)),
    cell("p50", { class: "num" }, milliseconds(upstream.p50_ms)),
    cell("p99", { class: "num" }, milliseconds(upstream.p99_ms)),
    cell("In flight", { class: "num" }, count(upstream.in_flight)),
    cell("Queries", { class: "num" }, count(upstream.queries)),
    cell("Won", { class: "num" }, count(upstream.wins)),
    cell("Failed", { class: "num cell-failed" }, failures(upstream)));
}

function showUpstreams(upstreams, now, uptime_seconds) {
  const used = upstreams.filter((upstream) => stateOf(upstream) === "closed").length;
  show(byId("upstreams-summary"), upstreams.length ? `${used} of ${upstreams.length} in use` : "none is configured");
  show(byId("upstream-heads"), columns.map((column, index) =>
    html("th", { role: "columnheader", scope: "col", class: index > 2 && "num" }, column)));
  show(byId("upstream-rows"), upstreams.map((upstream) => upstreamRow(upstream, now, uptime_seconds)));
}

function showTransitions(upstreams) {
  const all = upstreams.flatMap((upstream) => list(upstream.transitions).map((change) => ({ ...change, name: upstream.name })));
  all.sort((a, b) => String(b.at).localeCompare(String(a.at)));
  show(byId("transitions"), all.length === 0 && html("li", { class: "nothing" }, "No upstream has changed its state."),
    all.slice(0, 8).map((change) => html("li", {}, html("span", { class: "when" }, instant(change.at)),
      html("span", { class: "event" }, html("b", {}, String(change.name ?? "")), ` ${stateName(change.from)} → `, stateMark(change.to),
        change.reason && html("span", { class: "why" }, String(change.reason))))));
}

function showCache(cache) {
  const asked = (cache.hits ?? 0) + (cache.misses ?? 0);
  const fill = cache.limit > 0 && isNumber(cache.bytes) ? cache.bytes / cache.limit : undefined;
  show(byId("cache"),
    html("p", { class: "lead" }, html("b", {}, percent(fill)), ` full: ${bytes(cache.bytes)} of ${bytes(cache.limit)}`),
    stackedBar([["load", fill ?? 0, "filled"]], 1, `${percent(fill)} of the cache is filled`),
    facts(["Entries", count(cache.entries)], ["Hit ratio", asked > 0 ? percent(cache.hits / asked) : absent], ["Hits", count(cache.hits)],
      ["Misses", count(cache.misses)], ["Served stale", count(cache.stale)], ["Evicted", count(cache.evictions)]));
}

const verdicts = ["secure", "insecure", "bogus", "indeterminate"];

function showDnssec(dnssec) {
  const parts = verdicts.map((verdict) => [`verdict-${verdict}`, dnssec[verdict] ?? 0, `${verdict} ${count(dnssec[verdict])}`]);
  const whole = parts.reduce((sum, [, amount]) => sum + amount, 0);
  const failed = list(dnssec.failures);
  show(byId("dnssec"),
    html("p", { class: "lead" }, "Mode ", html("b", {}, String(dnssec.mode ?? absent)), whole > 0 && `, ${plural(whole, "verdict")}`),
    whole > 0 && stackedBar(parts, whole, parts.map(([, , name]) => name).join(", ")),
    html("ul", { class: "legend" }, parts.map(([kind], index) =>
      html("li", {}, html("i", { class: kind }), ` ${verdicts[index]} `, html("b", {}, count(dnssec[verdicts[index]]))))),
    html("h3", {}, "Recent failures"), failed.length === 0 && html("p", { class: "nothing" }, "None."),
    failed.length > 0 && html("ol", { class: "log" }, failed.slice(0, 8).map(dnssecFailure)));
}

function dnssecFailure(failure) {
  const source = [failure.upstream && `from ${failure.upstream}`, isNumber(failure.ede) && `EDE ${failure.ede}`].filter(Boolean).join(", ");
  return html("li", {}, html("span", { class: "when" }, instant(failure.at)),
    html("span", { class: "event" }, html("b", { class: "name" }, String(failure.name ?? "")), ` ${failure.type ?? ""}`,
      html("span", { class: "why" }, String(failure.reason ?? "")), html("span", { class: "source" }, source)));
}

const clockMarks = { __proto__: null, synced: "closed", rough: "half_open", bad: "open" };

function showClock(clock, link) {
  const clockMark = stateMark(clockMarks[clock.state], String(clock.state ?? "unknown"));
  const linkMark = stateMark(link.down ? "open" : "closed", link.down ? "down" : "up");
  show(byId("clock"), facts(["Clock", clockMark], ["Largest error", span(clock.max_error_seconds)], ["Times set", count(clock.steps)],
    ["Last set by", clock.steps > 0 && span(clock.last_step_seconds)], ["Network", link.down !== undefined && linkMark], ["Outages", count(link.outages)]));
}

function showDaemon({ configuration = {}, listeners, workers, groups }) {
  const lines = (values) => list(values).map((value) => html("span", { class: "line" }, String(value)));
  show(byId("daemon"), facts(["Configuration", String(configuration.file ?? absent)], ["Loaded", instant(configuration.loaded)],
    ["Reloads", `${count(configuration.reloads)}, ${count(configuration.failed_reloads)} refused`],
    ["Last error", configuration.last_error && html("span", { class: "alarm" }, String(configuration.last_error))],
    ["Listens on", list(listeners).length > 0 && lines(listeners)], ["Workers", count(workers)],
    ["Groups", list(groups).length > 0 && lines(list(groups).map(groupLine))]));
}

function groupLine({ name, strategy, upstreams, degraded }) {
  return `${name ?? ""}: ${strategy ?? ""} of ${list(upstreams).join(", ")}${degraded ? " (degraded: stale and local answers)" : ""}`;
}
