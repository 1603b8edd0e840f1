"""The style sheet of the HTML page. Every colour of text is at least 4.5 : 1 against what it stands on."""

from __future__ import annotations

STYLE = """
:root {
  --ink: #1c2530; --quiet: #55606e; --rule: #d5dbe3; --paper: #ffffff; --sheet: #f4f6f9; --link: #0b4fa0;
  --met: #17662c; --met-paper: #e8f5ec; --not-met: #a3191d; --not-met-paper: #fcecec;
  --undetermined: #7a4a00; --undetermined-paper: #fff4d9;
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; color-scheme: light; }
body {
  margin: 0; background: var(--sheet); color: var(--ink); line-height: 1.6; overflow-wrap: anywhere;
  font: 16px/1.6 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", system-ui, sans-serif;
}
main, footer { max-width: 58rem; margin: 0 auto; padding: 1rem 1.25rem; }
header, section, aside {
  background: var(--paper); border: 1px solid var(--rule); border-radius: 6px;
  padding: 1rem 1.25rem; margin: 0 0 1rem;
}
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0; }
h2 { font-size: 1.15rem; margin: 0 0 .6rem; }
h3 { font-size: 1rem; margin: 1rem 0 .4rem; }
p { margin: .3rem 0 .7rem; }
ul { margin: .2rem 0; padding-left: 1.3rem; }
a { color: var(--link); }
cite { font-style: normal; color: var(--quiet); font-size: .9em; white-space: nowrap; }
small, .quiet { color: var(--quiet); font-size: .88em; }
small { display: block; font-weight: 400; }
code { font-size: .85em; }
.policy { margin: .2rem 0 .6rem; }
.head { display: flex; flex-wrap: wrap; gap: .3rem 1.6rem; margin: 0; }
.head div { display: flex; gap: .5rem; }
.head dt { color: var(--quiet); white-space: nowrap; }
.head dd { margin: 0; }
.remarks { background: var(--undetermined-paper); border-color: #e0b95c; color: #5c3800; }
.remarks h2 { font-size: 1rem; margin-bottom: .2rem; }
.marked { color: var(--undetermined); font-weight: 600; display: inline-block; min-width: 9rem; }

table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .45rem .6rem .45rem 0; }
th, td { border-top: 1px solid var(--rule); }
thead th { border-top: 0; color: var(--quiet); font-weight: 600; font-size: .9em; }
tbody th { font-weight: 600; min-width: 8rem; max-width: 22rem; }

.answer { white-space: nowrap; border-radius: 4px; padding: .05rem .45rem; font-weight: 600; }
.answer.plain { padding: 0; white-space: normal; }
.met { color: var(--met); }
.not_met { color: var(--not-met); }
.undetermined { color: var(--undetermined); }
.answer.met { background: var(--met-paper); }
.answer.not_met { background: var(--not-met-paper); }
.answer.undetermined { background: var(--undetermined-paper); }

.tree { list-style: none; padding-left: .2rem; }
.tree .tree { padding-left: 1.35rem; border-left: 1px solid var(--rule); margin-left: .4rem; }
.tree .leaf { padding-left: 1.05rem; }
summary { cursor: pointer; list-style: none; position: relative; padding-left: 1.05rem; }
summary::-webkit-details-marker { display: none; }
summary::before { content: "\\25B8"; position: absolute; left: 0; color: var(--quiet); }
details[open] > summary::before { content: "\\25BE"; }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.line { display: inline-flex; gap: .45rem; }
.line > b { min-width: 1em; text-align: center; flex: none; }
.line.aside { color: var(--quiet); }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
article { break-inside: auto; }
article + article { border-top: 1px solid var(--rule); }
article:target h3 { background: var(--undetermined-paper); }
.bar { display: block; width: 100%; max-width: 24rem; height: .55rem; margin: .25rem 0 .4rem; }
.bar .need { fill: #dfe4ea; }
.bar .have { fill: #33689f; }
.ways { list-style: none; padding-left: .6rem; }
footer { color: var(--quiet); font-size: .85rem; padding-top: 0; }
footer p { margin: .2rem 0; }

@media (max-width: 40rem) {
  main, footer { padding: .6rem; }
  header, section, aside { padding: .8rem; }
  table, tbody, tr, th, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { border-top: 1px solid var(--rule); padding: .5rem 0; }
  tbody th { max-width: none; }
  th, td { border: 0; padding: .1rem 0; }
  td::before { content: attr(data-title) " "; color: var(--quiet); font-size: .88em; margin-right: .4rem; }
  .head { display: block; }
  .tree .tree { padding-left: .6rem; margin-left: .3rem; }
  cite { white-space: normal; }
}
@media print {
  @page { size: A4; margin: 16mm 14mm; }
  body { background: none; font-size: 10.5pt; }
  main, footer { max-width: none; padding: 0; }
  header, section, aside { border: 0; padding: 0; margin: 0 0 5mm; }
  .remarks { border: 1px solid #e0b95c; padding: 2mm 3mm; }
  h2 { border-bottom: 1px solid var(--ink); }
  .remarks h2 { border: 0; }
  h2, h3, h2 + p, thead { break-after: avoid; }
  th, td { padding-top: .2rem; padding-bottom: .2rem; }
  tr, .leaf, summary { break-inside: avoid; }
  thead { display: table-header-group; }
  a { color: inherit; text-decoration: none; }
  .answer, .remarks, .bar { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  article:target h3 { background: none; }
}
"""
