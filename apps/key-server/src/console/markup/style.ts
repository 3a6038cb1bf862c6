/**
 * The console's one stylesheet: one neutral grey, one accent, tabular numerals and dense rows. Red is for what has to be
 * done now and for what cannot be undone. Dark and light follow the reader's system.
 */
export const style = `
:root{color-scheme:light dark;
--page:light-dark(#fbfbfc,#0f1012);--card:light-dark(#fff,#16171a);--hover:light-dark(#f4f4f6,#1c1d21);
--ink:light-dark(#18191c,#ececee);--soft:light-dark(#43454c,#c2c4ca);--dim:light-dark(#63656d,#969aa3);
--line:light-dark(#e7e7ea,#26272c);--edge:light-dark(#8b8d95,#6d7078);
--accent:light-dark(#4048c8,#a3a9ff);--on-accent:light-dark(#fff,#14151f);--tint:light-dark(#eef0ff,#1d1f33);
--danger:light-dark(#b42323,#ff8f8a);--blush:light-dark(#fdf1f0,#2a1817);--warning:light-dark(#85550a,#deb169);
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-bottom:6rem}
body{margin:0;min-height:100vh;background:var(--page);color:var(--ink);font:13.5px/1.5 Inter,ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif;font-variant-numeric:tabular-nums;display:grid;grid-template-columns:13.5rem minmax(0,1fr)}
a{color:var(--accent);text-underline-offset:2px}h1,h2,h3,p,dl,figure{margin:0}
h1{font-size:20px;line-height:1.3;letter-spacing:-.012em;font-weight:620;overflow-wrap:anywhere}
h2{font-size:14px;font-weight:620;letter-spacing:-.003em}small{font-size:12px;color:var(--dim)}
code,.mono{font-family:var(--mono);font-size:.93em}
.dim{color:var(--dim)}.danger{color:var(--danger)}.warning{color:var(--warning)}.accent{color:var(--accent)}.production{font-weight:600}
.skip{position:absolute;left:-99rem}.skip:focus{left:.5rem;top:.5rem;background:var(--card);padding:.4rem .8rem;z-index:9}
.side{position:sticky;top:0;align-self:start;height:100vh;display:flex;flex-direction:column;gap:1.1rem;padding:1.1rem .75rem;border-right:1px solid var(--line);overflow-y:auto}
.brand{display:flex;align-items:center;gap:.5rem;padding:0 .5rem;font-weight:650;letter-spacing:-.01em;font-size:14.5px;color:var(--ink);text-decoration:none}
.brand svg{width:18px;height:18px;fill:var(--accent);flex:none}
.side nav{display:grid;gap:1px}.side nav h2{padding:.9rem .5rem .3rem;font-size:11.5px;font-weight:550;color:var(--dim)}
.side nav a{display:flex;align-items:center;padding:.28rem .5rem;min-height:30px;border-radius:6px;color:var(--soft);text-decoration:none}
.side nav a:hover{background:var(--hover)}.side nav a[aria-current]{background:var(--hover);color:var(--ink);font-weight:580}
.who{margin-top:auto;padding:.75rem .5rem 0;border-top:1px solid var(--line);display:grid;gap:.6rem;font-size:12.5px}
.who p{overflow-wrap:anywhere}.who form{display:contents}.who button{width:100%}
main{padding:1.4rem 2rem 4rem;width:100%;display:grid;gap:1.15rem;align-content:start;min-width:0}
.top{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:flex-start;justify-content:space-between;min-height:2.1rem}
.top .lead{display:grid;gap:.15rem;min-width:0}.top p{color:var(--dim)}.tools{display:flex;flex-wrap:wrap;gap:.45rem}
.crumb{font-size:12.5px;color:var(--dim)}.crumb a{color:inherit}
.card{background:var(--card);border:1px solid var(--line);border-radius:9px;padding:1rem 1.15rem;display:grid;gap:.8rem;min-width:0;align-content:start}
.card.flush{padding:0;overflow:hidden}.card>.head{display:flex;justify-content:space-between;align-items:baseline;gap:.75rem;flex-wrap:wrap}
.card.flush>.head{padding:.85rem 1.15rem 0}
.two{display:grid;grid-template-columns:minmax(0,1fr) minmax(17rem,24rem);gap:1.15rem;align-items:start}.stack{display:grid;gap:1.15rem;min-width:0}
.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:9px}.card.flush .scroll,.chart .scroll{border:0;border-radius:0;background:none}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.36rem .9rem;height:34px;white-space:nowrap;font-weight:400;border-bottom:1px solid var(--line)}
tbody tr:last-child>*{border-bottom:0}thead th{color:var(--dim);font-size:12px;font-weight:500;height:32px}
thead a{color:inherit;text-decoration:none;display:inline-block;padding:.2rem 0;min-height:24px}thead a:hover,thead th:not([aria-sort=none]) a{color:var(--ink)}
tbody th{white-space:normal;overflow-wrap:anywhere;min-width:11rem;font-weight:560}tbody th a{color:var(--ink);text-decoration:none}tbody th a:hover{text-decoration:underline}
td.wrap{white-space:normal;min-width:15rem;line-height:1.35;overflow-wrap:anywhere}td.given{white-space:normal;overflow-wrap:break-word;min-width:7rem;max-width:16rem}.act-cell{position:sticky;right:0;background:var(--card)}tbody tr:hover .act-cell{background:var(--hover)}time{white-space:nowrap}.number{text-align:right}tbody tr:hover{background:var(--hover)}
tbody tr:has(a:focus-visible){background:var(--tint);box-shadow:inset 2px 0 var(--accent)}
tbody td.danger,tbody td.warning,dd.danger,dd.warning{font-weight:560}
tbody td.danger::before,tbody td.warning::before,tbody td.accent::before,.state::before{content:"";display:inline-block;width:6px;height:6px;border-radius:50%;background:currentColor;margin-right:.5em;vertical-align:.12em}
.badge{display:inline-flex;align-items:center;border:1px solid var(--line);border-radius:99px;padding:.06rem .6rem;font-size:12px;color:var(--soft);background:var(--card)}
.badge.danger{color:var(--danger);border-color:currentColor}.badge.warning{color:var(--warning)}.badge.accent{color:var(--accent)}
.row{display:flex;flex-wrap:wrap;gap:.4rem .6rem;align-items:center}
dl{display:grid}dl>div{display:grid;grid-template-columns:8.5rem minmax(0,1fr);gap:.75rem;padding:.32rem 0;border-bottom:1px solid var(--line)}dl>div:last-child{border:0}
dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
.views{display:flex;flex-wrap:wrap;gap:.35rem}.views a{display:inline-flex;gap:.4rem;align-items:center;border:1px solid var(--line);border-radius:99px;padding:.14rem .75rem;min-height:28px;color:var(--soft);background:var(--card);text-decoration:none;font-size:12.5px}
.views a:hover{border-color:var(--edge)}.views a[aria-current]{color:var(--accent);border-color:currentColor;background:var(--tint)}.views b{font-weight:600}
.tabs{display:flex;gap:1.25rem;border-bottom:1px solid var(--line);overflow-x:auto}.tabs a{padding:.4rem 0;min-height:34px;color:var(--dim);text-decoration:none;white-space:nowrap;border-bottom:2px solid transparent}.tabs a:hover{color:var(--ink)}.tabs a[aria-current]{color:var(--ink);border-color:var(--accent);font-weight:560}
.search{display:flex;gap:.5rem;align-items:end}.search .field{flex:1;max-width:18rem}.search input{flex:1;min-width:0;max-width:52rem;font-family:var(--mono);font-size:12.5px}
form.act{display:grid;gap:.95rem;max-width:40rem}.field{display:grid;gap:.28rem;min-width:0}label,legend{font-size:12.5px;font-weight:540;color:var(--soft)}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.95rem}
fieldset{border:0;padding:0;margin:0;display:grid;gap:.2rem;grid-template-columns:repeat(auto-fill,minmax(14rem,1fr))}fieldset legend{padding:0;margin-bottom:.35rem}
.said{position:fixed;right:1rem;bottom:1rem;z-index:9;max-width:min(40rem,calc(100vw - 2rem));overflow-wrap:anywhere}.mark{width:16px;height:16px;min-height:0;margin:0 .6rem 0 0;vertical-align:-.2em;accent-color:var(--accent)}.tick{display:flex;gap:.5rem;align-items:center;font-weight:400;min-height:26px}.tick input{width:16px;height:16px;min-height:0;margin:0;accent-color:var(--accent)}
input,select,button,.button{font:inherit;color:var(--ink);background:var(--card);border:1px solid var(--edge);border-radius:7px;padding:.3rem .7rem;min-height:34px;max-width:100%}
input,select{width:100%}input::placeholder{color:var(--dim);opacity:1}
button,.button{cursor:pointer;font-weight:540;border-color:var(--line);display:inline-flex;align-items:center;justify-content:center;gap:.4rem;text-decoration:none;width:auto;box-shadow:0 1px 1px #0000000a}
button:hover,.button:hover{border-color:var(--edge);background:var(--hover)}
.main{background:var(--accent);border-color:transparent;color:var(--on-accent)}.main:hover{background:var(--accent);filter:brightness(1.08)}
.end{color:var(--danger)}button.end{border-color:currentColor}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.note{border:1px solid var(--line);border-left:3px solid var(--edge);border-radius:0 7px 7px 0;padding:.5rem .9rem;background:var(--card);max-width:70rem}.note.warning{border-left-color:var(--warning);color:inherit}.note.danger{border-left-color:var(--danger);background:var(--blush);color:inherit}
.empty{border:1px dashed var(--line);border-radius:9px;padding:2.2rem 1rem;text-align:center;display:grid;gap:.2rem}.empty p:first-child{font-weight:580}
.secret{display:flex;gap:.6rem;align-items:center;flex-wrap:wrap}.secret code{flex:1 1 18rem;padding:.8rem 1rem;border:1px solid var(--accent);background:var(--tint);border-radius:8px;font-size:14px;overflow-wrap:anywhere;user-select:all}
.steps{margin:0;padding-left:1.25rem;display:grid;gap:.3rem}
.chart{display:grid;gap:.3rem}.chart svg{width:100%;height:92px;display:block;border-bottom:1px solid var(--line)}.chart rect{fill:var(--accent)}.chart rect.refused{fill:var(--danger)}.chart rect.none{fill:var(--line)}.chart rect.unknown{fill:var(--line);opacity:.35}
.scale{display:flex;justify-content:space-between;font-size:11.5px;color:var(--dim)}
.spark{display:inline-flex;gap:.5rem;align-items:center}.spark svg{width:56px;height:16px;overflow:visible}.spark polyline{fill:none;stroke:var(--accent);stroke-width:1.4;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.grace{height:5px;border-radius:3px;width:100%;display:block;border:0;appearance:none;background:var(--line);overflow:hidden}.grace::-webkit-progress-bar{background:var(--line)}.grace::-webkit-progress-value{background:var(--accent)}.grace::-moz-progress-bar{background:var(--accent)}
details>summary{cursor:pointer;color:var(--dim);font-size:12.5px;min-height:26px;width:fit-content}details[open]>summary{margin-bottom:.5rem}
.practice{list-style:none;margin:0;padding:0;display:grid}.practice li{display:flex;justify-content:space-between;gap:1.5rem;padding:.45rem 0;border-bottom:1px solid var(--line)}.practice li:last-child{border:0}.practice a{white-space:nowrap}
.pager{display:flex;justify-content:space-between;align-items:center;gap:1rem;color:var(--dim);flex-wrap:wrap}
.embedded{grid-column:1/-1;padding:1rem}.embedded td .row{flex-wrap:nowrap}.signin{grid-column:1/-1;min-height:100vh;display:grid;place-content:center;padding:1rem}.signin .brand{padding:0}.signin .card{width:min(25rem,calc(100vw - 2rem));padding:1.6rem}
kbd{font:11.5px var(--mono);border:1px solid var(--line);border-bottom-width:2px;border-radius:4px;padding:0 .35em;background:var(--card)}
dialog{border:1px solid var(--line);border-radius:10px;background:var(--card);color:inherit;padding:1.2rem 1.4rem;max-width:min(26rem,92vw)}dialog::backdrop{background:#0006}dialog dl>div{grid-template-columns:6rem 1fr;padding:.1rem 0}
@media(max-width:90rem){th,td{padding-inline:.65rem}td.wrap{min-width:12.5rem}}
@media(max-width:84rem){.extra{display:none}td.wrap{min-width:11rem}th,td{padding-inline:.7rem}}
@media(max-width:62rem){body{display:block}.side{position:static;height:auto;flex-direction:row;align-items:center;gap:.4rem 1rem;flex-wrap:wrap;padding:.6rem 1rem;border-right:0;border-bottom:1px solid var(--line)}
.side nav{order:3;flex:1 1 100%;display:flex;overflow-x:auto;gap:.15rem;margin:0 -.35rem;scrollbar-width:none}.side nav h2{display:none}.side nav a{white-space:nowrap;min-height:34px}
.who{margin:0 0 0 auto;border:0;padding:0;display:flex;align-items:center}.who button{width:auto}.who p{display:none}.who button{font-size:12.5px;padding-inline:.55rem}main{padding:1.1rem 1rem 3rem}.two{grid-template-columns:minmax(0,1fr)}}
@media(max-width:44rem){.scroll table,.scroll tbody,.scroll tr,.scroll td,.scroll tbody th{display:block}.scroll thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.scroll tr{padding:.6rem .9rem;border-bottom:1px solid var(--line);display:grid;grid-template-columns:1fr 1fr;gap:.1rem .9rem}.scroll tbody tr:last-child{border:0}
.scroll tbody th{grid-column:1/-1;padding:0;height:auto;border:0;font-size:14.5px}.scroll td{border:0;padding:.1rem 0;height:auto;white-space:normal;text-align:left;overflow-wrap:anywhere;min-width:0;font-size:12.5px;position:relative;padding-top:1.15rem}.scroll td:empty{display:none}.scroll .act-cell{position:relative;background:none}.scroll td::after{content:attr(data-title);position:absolute;top:.15rem;left:0;font-size:11px;font-weight:400;color:var(--dim)}
.extra{display:none!important}dl>div{grid-template-columns:7rem minmax(0,1fr)}
.search{flex-wrap:wrap}.search input,.search .field{flex:1 1 100%;max-width:none}form.act button,.tools .button,.tools button{min-height:40px}input,select{min-height:40px;font-size:16px}.search input{font-size:14px}.practice li{display:grid;gap:.1rem}}
@media(min-width:110rem){body{grid-template-columns:15rem minmax(0,1fr);font-size:14px}main{padding-inline:2.6rem}}
@media(min-width:44rem){.acts{position:sticky;bottom:0;background:var(--page);padding:.35rem 0 .5rem;z-index:1}}
@media print{:root{color-scheme:light}body,main{display:block;padding:0}main>*{margin-bottom:1rem}.side,.skip,.search,.views,.tools,.acts,.pager .row,.mark,.said{display:none}.scroll{overflow:visible;border:0}.act-cell{position:static}tr{break-inside:avoid}th,td{height:auto}}
@media(forced-colors:active){.main,.button,button{border-color:ButtonText}}
@media(prefers-reduced-motion:no-preference){a,button,.button,.views a{transition:background-color .12s,border-color .12s}}
`;
