import type { Language } from '../http/problems.ts';

const english = {
  lang: 'en',
  title: 'Surety API reference',
  other: '中文',
  otherHref: '/docs/zh-CN',
  download: 'The same as an OpenAPI 3.1 document',
  types: 'as TypeScript types',
  operations: 'Operations',
  errors: 'Errors',
  errorsHint: 'Branch on the code: it is stable. The detail names the value at fault.',
  schemas: 'Schemas',
  roles: 'Roles',
  everybody: 'everybody, without an API key',
  parameters: 'Parameters',
  request: 'Request',
  response: 'Response',
  example: 'Example',
  body: 'Body',
  required: 'required',
  refusals: 'Errors',
  next: 'Next',
  code: 'Code',
  status: 'Status',
  meaning: 'Meaning',
  advice: 'What to do',
};

const chinese: typeof english = {
  lang: 'zh-CN',
  title: 'Surety 接口参考',
  other: 'English',
  otherHref: '/docs',
  download: 'OpenAPI 3.1 文档',
  types: 'TypeScript 类型',
  operations: '接口',
  errors: '错误码',
  errorsHint: '请以错误码判断:错误码保持稳定。`detail` 说明出错的值。',
  schemas: '数据结构',
  roles: '角色',
  everybody: '任何人,无需密钥',
  parameters: '参数',
  request: '请求',
  response: '应答',
  example: '示例',
  body: '请求体',
  required: '必填',
  refusals: '错误',
  next: '后续操作',
  code: '错误码',
  status: '状态',
  meaning: '含义',
  advice: '处理办法',
};

/** What the reference says around what the document says. */
export const words: Readonly<Record<Language, typeof english>> = { en: english, zh: chinese };
export type Words = typeof english;

/** What the document says of the API as a whole, in Chinese. */
export const chineseIntroduction = `Surety 是由代码执行担保的数字商品交易平台:买家的款项由平台担保,超过承诺时间未到账的订单自动退款,一张卡密只售出一次。

**身份。** 请求头 \`Authorization: Bearer <API key>\`。密钥属于某个账户,账户只有一种角色;每个接口注明适用的角色。他人的数据视同不存在。

**重发。** 接口要求 \`Idempotency-Key\` 时,每个新意图请用新值,重发时用原值:重发会得到首次请求的结果。

**列表**分页返回:将本页的 \`nextCursor\` 作为 \`cursor\` 获取下一页,最后一页没有该字段。

**拒绝**均为 \`application/problem+json\`(RFC 9457),含稳定的 \`code\`、出错字段与可接受的值;请求带 \`Accept-Language: zh\` 时标题为中文。
前置的 API Gateway 会自行应答少数请求,内容为 \`{"message": "…"}\`:缺少 Authorization 为 401,路径不存在为 404,超过 10 MB 为 413,
超过全站上限为 429,无法查验密钥为 500,超过 30 秒为 503。

**限流。** 每个密钥每分钟的请求数有上限,\`RateLimit-Policy\` 与 \`RateLimit\` 响应头说明上限与余额。`;
