/** By day, by night and on paper. Colours of text keep a contrast of at least 4.5 to 1 to what is behind them. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1c2128;--soft:#57606a;--paper:#fff;--card:#f6f8fa;--line:#d5dbe1;--link:#0b57b8;--good:#126329;--good-bg:#e3f5e8;--look:#855000;--look-bg:#fdf2d8;--bad:#ad1d16;--bad-bg:#fdeae8;--agent:#22356b;--on-agent:#fff;--wall:#3b4453;--inside:#f1f4fb;--c-write:#a85400;--c-read:#0b62a8;--c-scratch:#5a6675;--c-hidden:#6e7781;--c-env:#3f6f6f;--c-host:#176b39;--c-stream:#b3261e;--c-model:#7038b8}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9ba6b2;--paper:#0e1217;--card:#171c23;--line:#333b46;--link:#79b8ff;--good:#7ee2a0;--good-bg:#12301d;--look:#f0c36a;--look-bg:#33270c;--bad:#ff9d95;--bad-bg:#3b1513;--agent:#3c5bb5;--on-agent:#fff;--wall:#aab4c2;--inside:#141a26;--c-write:#f0a35c;--c-read:#79b8ff;--c-scratch:#a2adb9;--c-hidden:#8f99a4;--c-env:#80c7c7;--c-host:#6fd394;--c-stream:#ff8f87;--c-model:#c39bff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;color:var(--ink);background:var(--paper);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:72rem;margin:0 auto;padding:2.5rem 1.25rem 5rem}
a{color:var(--link)}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .5rem;letter-spacing:-.01em}
h2{font-size:1.3rem;margin:3.25rem 0 .9rem;padding-top:.9rem;border-top:1px solid var(--line);letter-spacing:-.005em}
h3{font-size:1rem;margin:1.5rem 0 .4rem}
p{margin:.5rem 0}
code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em;overflow-wrap:anywhere}
pre{padding:.8rem 1rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem;white-space:pre-wrap}
.soft{color:var(--soft)}
.lead{font-size:1.1rem;max-width:48rem}
.kicker{margin:0 0 .4rem;color:var(--soft);font-size:.85rem;letter-spacing:.06em;text-transform:uppercase}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.25rem;margin:1.25rem 0;font-size:.92rem}
dl.facts dt{color:var(--soft)}dl.facts dd{margin:0;min-width:0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.2rem,1fr));gap:.7rem;margin:1.5rem 0 0;padding:0;list-style:none}
.figures li{border:1px solid var(--line);border-radius:.6rem;padding:.7rem .85rem;background:var(--card);font-size:.84rem;line-height:1.35}
.figures b{display:block;font-size:1.65rem;line-height:1.15;font-variant-numeric:tabular-nums}
.figures .look b{color:var(--look)}.figures .good b{color:var(--good)}
nav ol{columns:3 13rem;margin:1.75rem 0 0;padding-left:1.3rem;font-size:.92rem}
figure{margin:1rem 0 0}
figcaption{margin-top:.75rem;font-size:.88rem;color:var(--soft)}
details summary{cursor:pointer;color:var(--link)}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.6rem 0}
th,td{border-bottom:1px solid var(--line);padding:.45rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{color:var(--soft);font-weight:600;font-size:.82rem}
thead th{border-bottom:2px solid var(--line)}
td.nowrap,th.nowrap{overflow-wrap:normal;white-space:nowrap}
.badge{display:inline-block;border-radius:1rem;padding:.05rem .6rem;font-size:.8rem;font-weight:600;white-space:nowrap}
.badge.good{color:var(--good);background:var(--good-bg)}.badge.look{color:var(--look);background:var(--look-bg)}.badge.bad{color:var(--bad);background:var(--bad-bg)}
.two{display:grid;grid-template-columns:1fr 1fr;gap:1rem;margin:.75rem 0 1.1rem}
.two>div{border:1px solid var(--line);border-radius:.6rem;padding:.75rem 1rem;min-width:0}
.two h3{margin:0 0 .3rem}.can h3{color:var(--good)}.cannot h3{color:var(--bad)}
.two ul{margin:0;padding-left:1.15rem}.two li{margin:.25rem 0}
.remark{border-left:4px solid var(--look);background:var(--look-bg);border-radius:0 .4rem .4rem 0;padding:.5rem .85rem;margin:.75rem 0}
.group{border:1px solid var(--line);border-radius:.6rem;margin:.8rem 0;overflow:hidden}
.group>header{background:var(--card);padding:.5rem .85rem;border-bottom:1px solid var(--line);font-size:.88rem}
.group>header .trail{color:var(--soft)}
.group table{margin:0;table-layout:fixed}.group td:first-child{width:58%}.group tr:last-child td{border-bottom:0}
.who{display:flex;flex-wrap:wrap;gap:.2rem .9rem;margin:.15rem 0 0;padding:0;list-style:none;color:var(--soft)}
.who .nobody{color:var(--look)}.who .ended{color:var(--bad);font-weight:600}
.items{display:flex;flex-wrap:wrap;gap:.3rem .9rem;margin:0;padding:0;list-style:none}
.items .at{color:var(--soft);font-size:.78em;font-variant-numeric:tabular-nums;white-space:nowrap}
td.means ul{margin:0;padding-left:1rem}td.means li{margin:.1rem 0}
.caveats{margin:.5rem 0;padding:0;list-style:none}
.caveats li{border-bottom:1px solid var(--line);padding:.6rem 0}
.caveats .at{color:var(--soft);font-size:.84rem}
footer{margin-top:3rem;color:var(--soft);font-size:.85rem}
.picture{display:block;width:100%;height:auto;font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
.picture .inside{fill:var(--inside)}
.picture .wall{fill:none;stroke:var(--wall);stroke-width:9;stroke-linecap:round}
.picture .agent{fill:var(--agent)}
.picture text{fill:var(--ink);font-size:13px}
.picture .small{font-size:12px;fill:var(--soft)}.picture .strong{font-weight:600}
.picture .on{fill:var(--on-agent)}
.picture .name{fill:var(--on-agent);font-size:16px;font-weight:700}
.picture .title{font-weight:700;fill:var(--tint,var(--ink))}.picture .plain{font-weight:400;fill:var(--ink)}
.picture .value{font:12.5px ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
.picture .note{font-size:11.5px;fill:var(--soft)}
.picture .body{fill:var(--card);stroke:var(--line)}
.picture .edge{stroke:var(--tint);stroke-width:5;stroke-linecap:round}
.picture .passage{fill:none;stroke:var(--tint);stroke-width:2.5}
.picture .passage.streams{stroke-dasharray:7 5}
.picture .shut path{stroke-width:2;stroke-dasharray:3 4}.picture .shut .bar{stroke-width:4;stroke-dasharray:none}
.picture .card.shut .body{stroke-dasharray:4 4;fill:none}.picture .card.shut .value{fill:var(--soft)}
.picture .chip{fill:none;stroke:var(--line)}
.picture .arrow path{fill:var(--tint)}
.picture .write{--tint:var(--c-write)}.picture .read{--tint:var(--c-read)}.picture .scratch{--tint:var(--c-scratch)}.picture .hidden,.picture .nothing,.picture .passage.shut{--tint:var(--c-hidden)}.picture .environment{--tint:var(--c-env)}.picture .hosts{--tint:var(--c-host)}.picture .streams{--tint:var(--c-stream)}.picture .models{--tint:var(--c-model)}.picture .kernel{--tint:var(--wall)}
@media (max-width:46rem){.two{grid-template-columns:1fr}dl.facts{grid-template-columns:1fr;gap:0}dl.facts dd{margin-bottom:.5rem}}
@media print{@page{margin:16mm 14mm}:root{color-scheme:light;--ink:#000;--soft:#444;--paper:#fff;--card:#f6f8fa;--line:#bbb;--link:#000;--good:#126329;--good-bg:#fff;--look:#855000;--look-bg:#fff;--bad:#ad1d16;--bad-bg:#fff;--agent:#22356b;--on-agent:#fff;--wall:#3b4453;--inside:#f1f4fb;--c-write:#a85400;--c-read:#0b62a8;--c-scratch:#5a6675;--c-hidden:#6e7781;--c-env:#3f6f6f;--c-host:#176b39;--c-stream:#b3261e;--c-model:#7038b8}body{font-size:9.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}main{max-width:none;padding:0}nav,details{display:none}h2{break-after:avoid}tr,.two>div,figure,.figures li,.caveats li{break-inside:avoid}.badge{border:1px solid}.group{overflow:visible}}
`;
