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
  const parts = [
    version !== undefined && `version ${version}`,
    isNumber(uptime_seconds) && `up ${span(Math.floor(uptime_seconds))}`,
    pid !== undefined && `process ${pid}`,
  ];
  show(
    byId("about"),
    parts.filter(Boolean).map((part) => html("span", part)),
  );
}

function showProblems(problems) {
  byId("problems").hidden = problems.length === 0;
  show(byId("problem-list"), problems.map(problem));
}

function problem({ what, remedy }) {
  return html(
    "li",
    html("p.what", text(what)),
    remedy !== undefined && html("p.remedy", html("b", "To do: "), text(remedy)),
  );
}

function figure(label, [value, unit], note, chart) {
  return html(
    "li.figure",
    html("p.label", label),
    html("p.value", value, html("small", space, unit ?? "")),
    html("p.note", note),
    chart,
  );
}

function latencyFigure(label, latency, name) {
  const chart = sparkline([`${name}_p50`, `${name}_p99`], peak(`${name}_p99`));
  return figure(
    label,
    milliseconds(latency?.p50).split(space),
    `99 of 100 within ${milliseconds(latency?.p99)}`,
    chart,
  );
}

function showFigures({ queries, queries_per_second, hit_ratio, cached_ms, uncached_ms }) {
  const rates = sparkline(["rate"], peak("rate") * 1.1);
  show(
    byId("figures"),
    figure("Queries", [rate(queries_per_second), "per second"], `${count(queries)} since the start`, rates),
    figure("From the cache", percent(hit_ratio).split(space), "of all answers", sparkline(["hit_ratio"], 1)),
    latencyFigure("Cached answers, median", cached_ms, "cached"),
    latencyFigure("Answers from upstreams, median", uncached_ms, "uncached"),
  );
}

const columns = ["State", "Upstream", "Last 15 min", "Share", "p50", "p99", "In flight", "Queries", "Won", "Failed"];

function showUpstreams(upstreams, now, uptime_seconds) {
  const used = upstreams.filter((upstream) => stateOf(upstream) === "closed").length;
  const heads = columns.map((column, index) =>
    html("th", { role: "columnheader", scope: "col", class: index > 2 && "num" }, column),
  );
  show(byId("upstreams-summary"), upstreams.length ? `${used} of ${upstreams.length} in use` : "none is configured");
  show(byId("upstream-heads"), heads);
  show(
    byId("upstream-rows"),
    upstreams.map((upstream) => upstreamRow(upstream, now, uptime_seconds)),
  );
}

function upstreamRow(upstream, now, uptime_seconds) {
  const cell = (column, kind, ...content) => html(`td.${kind}`, { role: "cell", "data-label": column }, content);
  return html(
    `tr.row-${known(stateOf(upstream))}`,
    { role: "row" },
    cell("State", "cell-state", stateMark(stateOf(upstream))),
    nameCell(upstream),
    cell("Last 15 min", "cell-timeline", stateTimeline(upstream, now, uptime_seconds)),
    cell("Share", "num.cell-share", share(upstream)),
    cell("p50", "num", milliseconds(upstream.p50_ms)),
    cell("p99", "num", milliseconds(upstream.p99_ms)),
    cell("In flight", "num", count(upstream.in_flight)),
    cell("Queries", "num", count(upstream.queries)),
    cell("Won", "num", count(upstream.wins)),
    cell("Failed", "num.cell-failed", failures(upstream)),
  );
}

function nameCell(upstream) {
  const operator = upstream.operator !== upstream.name && upstream.operator;
  const remark = remarks(upstream);
  const place = html("span.url", joined(" · ", operator, upstream.url));
  const head = { role: "rowheader", scope: "row" };
  return html(
    "th.cell-name",
    head,
    html("b", text(upstream.name)),
    place,
    remark !== "" && html("span.remark", remark),
  );
}

/** What is out of the ordinary: why it is not used, when it is asked again, what it did wrong. */
function remarks(upstream) {
  const away = stateOf(upstream) !== "closed";
  const probed = away && isNumber(upstream.next_probe_seconds);
  return joined(
    " · ",
    away && upstream.reason,
    probed && `next probe in ${span(upstream.next_probe_seconds)}`,
    upstream.validates === false && "its replies do not validate",
    upstream.bogus > 0 && `${count(upstream.bogus)} bogus`,
    upstream.disagreements > 0 && `${count(upstream.disagreements)} in disagreement`,
  );
}

function share(upstream) {
  const words = percent(upstream.share, 0);
  return [html("span", words), stackedBar([["load", upstream.share, words]], 1, `share ${words}`)];
}

/** How many, and the two commonest kinds. */
function failures(upstream) {
  const kinds = Object.entries(upstream.failures ?? {}).filter(([, amount]) => amount > 0);
  kinds.sort(([, a], [, b]) => b - a);
  const total = kinds.reduce((sum, [, amount]) => sum + amount, 0);
  return [count(total), kinds.slice(0, 2).map(([kind, amount]) => html("small", `${kind} ${count(amount)}`))];
}

function showTransitions(upstreams) {
  const all = upstreams.flatMap(({ name, transitions }) => list(transitions).map((change) => ({ ...change, name })));
  all.sort((a, b) => text(b.at).localeCompare(text(a.at)));
  const nothing = html("li.nothing", "No upstream has changed its state.");
  show(byId("transitions"), all.length > 0 ? all.slice(0, 8).map(transition) : nothing);
}

function transition({ at, name, from, to, reason }) {
  const why = reason !== undefined && html("span.why", text(reason));
  return logged(at, html("b", text(name)), ` ${stateName(from)} → `, stateMark(to), why);
}

const logged = (at, ...event) => html("li", html("span.when", instant(at)), html("span.event", event));

function showCache({ entries, bytes: used, limit, hits, misses, stale, evictions }) {
  const asked = (hits ?? 0) + (misses ?? 0);
  const fill = limit > 0 && isNumber(used) ? used / limit : undefined;
  show(
    byId("cache"),
    html("p.lead", html("b", percent(fill)), ` full: ${bytes(used)} of ${bytes(limit)}`),
    stackedBar([["load", fill, "filled"]], 1, `${percent(fill)} of the cache is filled`),
    facts(
      ["Entries", count(entries)],
      ["Hit ratio", percent(asked > 0 ? hits / asked : undefined)],
      ["Hits", count(hits)],
      ["Misses", count(misses)],
      ["Served stale", count(stale)],
      ["Evicted", count(evictions)],
    ),
  );
}

const verdicts = ["secure", "insecure", "bogus", "indeterminate"];

function showDnssec(dnssec) {
  const whole = verdicts.reduce((sum, verdict) => sum + (dnssec[verdict] ?? 0), 0);
  const words = (verdict) => `${verdict} ${count(dnssec[verdict])}`;
  const parts = verdicts.map((verdict) => [`verdict-${verdict}`, dnssec[verdict], words(verdict)]);
  const failed = list(dnssec.failures);
  show(
    byId("dnssec"),
    html("p.lead", "Mode ", html("b", text(dnssec.mode ?? absent)), whole > 0 && `, ${plural(whole, "verdict")}`),
    stackedBar(parts, whole, verdicts.map(words).join(", ")),
    html(
      "ul.legend",
      verdicts.map((verdict) => verdictCount(verdict, dnssec[verdict])),
    ),
    html("h3", "Recent failures"),
    failed.length > 0 ? html("ol.log", failed.slice(0, 8).map(dnssecFailure)) : html("p.nothing", "None."),
  );
}

function verdictCount(verdict, amount) {
  return html("li", html(`i.verdict-${verdict}`), ` ${verdict} `, html("b", count(amount)));
}

function dnssecFailure({ at, name, type, upstream, reason, ede }) {
  const source = joined(", ", upstream && `from ${upstream}`, isNumber(ede) && `EDE ${ede}`);
  return logged(
    at,
    html("b.name", text(name)),
    ` ${text(type)}`,
    html("span.why", text(reason)),
    html("span.source", source),
  );
}

const clockMarks = { __proto__: null, synced: "closed", rough: "half_open", bad: "open" };

function showClock(clock, link) {
  show(
    byId("clock"),
    facts(
      ["Clock", stateMark(clockMarks[clock.state], text(clock.state ?? "unknown"))],
      ["Largest error", exactSeconds(clock.max_error_seconds)],
      ["Times set", count(clock.steps)],
      ["Last set by", clock.steps > 0 && exactSeconds(clock.last_step_seconds)],
      ["Network", link.down !== undefined && stateMark(link.down ? "open" : "closed", link.down ? "down" : "up")],
      ["Outages", count(link.outages)],
    ),
  );
}

function showDaemon({ configuration = {}, listeners, workers, groups }) {
  const { file, loaded, reloads, failed_reloads, last_error } = configuration;
  const lines = (values) => values.map((value) => html("span.line", text(value)));
  show(
    byId("daemon"),
    facts(
      ["Configuration", text(file ?? absent)],
      ["Loaded", instant(loaded)],
      ["Reloads", `${count(reloads)}, ${count(failed_reloads)} refused`],
      ["Last error", last_error !== undefined && html("span.alarm", text(last_error))],
    ),
    facts(
      ["Listens on", lines(list(listeners))],
      ["Workers", count(workers)],
      ["Groups", lines(list(groups).map(groupLine))],
    ),
  );
}

function groupLine({ name, strategy, upstreams, degraded }) {
  const state = degraded ? " (degraded: stale and local answers)" : "";
  return `${text(name)}: ${text(strategy)} of ${list(upstreams).join(", ")}${state}`;
}
