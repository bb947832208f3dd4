/** The reference's one style sheet: readable on a phone, on paper and at night. */
export const style = `:root{color-scheme:light dark;--ink:#1c2024;--soft:#5b6470;--line:#dfe3e8;--back:#fff;--box:#f5f7f9;--link:#0b5cad;
--get:#0a6b3d;--post:#8a4b00;--delete:#a3211c}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ed;--soft:#9aa5b1;--line:#333b44;--back:#14181c;--box:#1d2329;--link:#7db7f5;--get:#6fd09c;
--post:#f0b46a;--delete:#f2938e}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;color:var(--ink);background:var(--back);font:16px/1.55 system-ui,-apple-system,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
.page{display:grid;grid-template-columns:17rem minmax(0,1fr);max-width:80rem;margin:0 auto}
nav{position:sticky;top:0;height:100vh;overflow-y:auto;padding:1.25rem 1rem;border-right:1px solid var(--line);font-size:.875rem}
nav h2{margin:1rem 0 .25rem;font-size:.75rem;text-transform:uppercase;letter-spacing:.05em;color:var(--soft)}
nav ul{list-style:none;margin:0;padding:0}nav li a{display:block;padding:.15rem 0;overflow-wrap:anywhere}
main{padding:1.25rem 2rem 4rem;min-width:0}
h1{font-size:1.75rem;margin:.25rem 0 1rem}h2{font-size:1.35rem;margin:3rem 0 .5rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
h3{font-size:1.1rem;margin:2.25rem 0 .25rem}h4{font-size:.9rem;margin:1rem 0 .35rem;color:var(--soft)}
p{margin:.4rem 0}
code,pre{font:.85em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
code{background:var(--box);border-radius:.25rem;padding:.05rem .3rem;overflow-wrap:anywhere}
pre{background:var(--box);border:1px solid var(--line);border-radius:.4rem;padding:.75rem;margin:.25rem 0;overflow:auto;max-height:26rem}
pre code{background:none;padding:0;overflow-wrap:normal}
.route{display:flex;flex-wrap:wrap;gap:.5rem;align-items:baseline;margin:.25rem 0}
.method{font-weight:700;font-size:.8rem;font-family:ui-monospace,monospace}
.get{color:var(--get)}.post,.put{color:var(--post)}.delete{color:var(--delete)}
.soft{color:var(--soft);font-size:.9rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:600}
details{margin:.5rem 0}summary{cursor:pointer;color:var(--soft);font-size:.9rem}
.fields{margin:.25rem 0;padding-left:1rem;border-left:2px solid var(--line);list-style:none;font-size:.9rem}
.fields li{margin:.2rem 0}
@media(max-width:52rem){.page{display:block}nav{position:static;height:auto;max-height:13rem;border-right:0;border-bottom:1px solid var(--line);padding:1rem}
nav details ul{padding-left:.5rem}main{padding:1rem}h1{font-size:1.4rem}h2{font-size:1.2rem}
.errors thead{display:none}.errors tr{display:block;padding:.5rem 0;border-bottom:1px solid var(--line)}.errors td{display:block;border:0;padding:.1rem 0}}
@media print{nav{display:none}.page{display:block}pre{white-space:pre-wrap;max-height:none}}
`;
