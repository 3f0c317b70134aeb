/** Readable by day and by night, and on paper. Colours keep a contrast of at least 4.5 to 1. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--faint:#57606a;--line:#d0d7de;--card:#f6f8fa;--bad:#b3130b;--warn:#8a5000;--note:#0550ae;--good:#116329}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--faint:#9aa4af;--line:#30363d;--card:#161b22;--bad:#ff8f87;--warn:#e3b341;--note:#79c0ff;--good:#7ee787}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:68rem;padding:1.5rem 1rem 4rem;color:var(--ink);background:var(--paper);font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2.5rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}h3{font-size:1rem;margin:1.5rem 0 .5rem}
code,pre{font-family:ui-monospace,monospace;font-size:.875em;overflow-wrap:anywhere}
pre{overflow-x:auto;padding:.75rem;background:var(--card);border:1px solid var(--line);border-radius:.4rem;white-space:pre}
table{border-collapse:collapse}th,td{border:1px solid var(--line);padding:.3rem .6rem;text-align:left}td.n{text-align:right}
.group{border:1px solid var(--line);border-radius:.4rem;margin:.75rem 0;padding:.5rem .9rem;background:var(--card)}
.group ul{list-style:none;margin:.5rem 0;padding:0}.group li{border-top:1px solid var(--line);padding:.5rem 0}
.faint{color:var(--faint)}.mark{font-weight:600;text-transform:uppercase;font-size:.75rem;letter-spacing:.04em}
.error,.removed{color:var(--bad)}.warning{color:var(--warn)}.note,.hunk{color:var(--note)}.good,.added{color:var(--good)}
.verdict{font-size:1.05rem;font-weight:600}summary{cursor:pointer;font-weight:600}
`;
