/** The console's one stylesheet: one grey, one accent, dense rows; dark and light follow the reader's system. */
export const consoleStyle = `
:root{color-scheme:light dark;--bg:light-dark(#fff,#111317);--ink:light-dark(#1b1f24,#e4e7eb);--dim:light-dark(#586069,#9aa3ad);
--line:light-dark(#dfe3e8,#2b3037);--row:light-dark(#f5f7f9,#191c21);--accent:light-dark(#0b57a4,#7cb7f2);
--danger:light-dark(#b3131f,#ff8a8f);--warning:light-dark(#7a4d00,#e5b567);--good:light-dark(#136c3a,#7ccf9a)}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:14px/1.45 system-ui,sans-serif;font-variant-numeric:tabular-nums}
a{color:var(--accent)}header{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;align-items:center;padding:.6rem 1.25rem;border-bottom:1px solid var(--line)}
header b{font-size:15px}nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem}nav a{text-decoration:none;padding:.3rem 0}nav a[aria-current]{color:var(--ink);border-bottom:2px solid var(--accent)}
header form{margin-left:auto;display:flex;gap:.75rem;align-items:center;color:var(--dim)}main{padding:1rem 1.25rem 3rem;max-width:112rem}
h1{font-size:18px;margin:.25rem 0 .75rem}h2{font-size:15px;margin:1.5rem 0 .5rem}.dim{color:var(--dim)}.danger{color:var(--danger);font-weight:600}
.warning{color:var(--warning)}.good{color:var(--good)}.accent{color:var(--accent)}.production{font-weight:600}.wrap{overflow-x:auto}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.32rem .9rem .32rem 0;border-bottom:1px solid var(--line);white-space:nowrap}
th{color:var(--dim);font-weight:500;font-size:12px}td.wide{white-space:normal;overflow-wrap:anywhere}tbody tr:hover{background:var(--row)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.25rem;margin:0}dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
form.act{display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:end;padding:.75rem;border:1px solid var(--line);border-radius:6px;margin:.5rem 0}
form.act p{flex-basis:100%;margin:0}label{display:grid;gap:.15rem;font-size:12px;color:var(--dim)}
input,select,button{font:14px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--bg);border:1px solid var(--dim);border-radius:5px;padding:.35rem .6rem;min-height:32px;max-width:100%}
button{cursor:pointer}button.main{background:var(--accent);border-color:var(--accent);color:var(--bg)}button.end{border-color:var(--danger);color:var(--danger)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}.search{display:flex;gap:.5rem;margin:.5rem 0 1rem}.search input{flex:1;max-width:46rem}
.note{border-left:3px solid var(--accent);padding:.4rem .9rem;background:var(--row);margin:.75rem 0}.note.bad{border-color:var(--danger)}
code.key{display:block;padding:.75rem;border:1px dashed var(--accent);border-radius:6px;font-size:15px;overflow-wrap:anywhere;user-select:all}
@media(max-width:40rem){main,header{padding-inline:.75rem}dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}header form{margin-left:0}}
`;
