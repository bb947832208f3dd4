import { problemTypes } from '../problems.ts';

const heading = {
  en: `# Errors

Every refusal is \`application/problem+json\` (RFC 9457). Branch on \`code\`: it is stable. \`detail\` says what is wrong with this
request and what would be accepted, \`field\` which field is at fault, and \`requestId\` is what to quote to us. The same in
Chinese: [errors.zh-CN.md](errors.zh-CN.md). This page is made by \`npm run generate\`.

| code | status | title | meaning | what to do |
| ---- | ------ | ----- | ------- | ---------- |
`,
  zh: `# 错误码

所有拒绝均为 \`application/problem+json\`(RFC 9457)。请以 \`code\` 判断:错误码保持稳定。\`detail\` 说明本次请求的问题以及可接受的值,
\`field\` 指明出错字段,\`requestId\` 供联系我们时引用。请求带 \`Accept-Language: zh\` 时标题为中文。
英文版:[errors.md](errors.md)。本页由 \`npm run generate\` 生成。

| 错误码 | 状态 | 标题 | 含义 | 处理办法 |
| ------ | ---- | ---- | ---- | -------- |
`,
};

/** The catalogue of errors as a page of the documentation. */
export const errorPage = (language: 'en' | 'zh'): string =>
  heading[language] +
  Object.entries(problemTypes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([code, { status, [language]: text }]) =>
        `| \`${code}\` | ${status} | ${[text.title, text.meaning, text.advice].map(cell).join(' | ')} |\n`,
    )
    .join('');

const cell = (text: string): string => text.replaceAll('|', '\\|');
