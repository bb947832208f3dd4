import * as z from 'zod/mini';
import { accountId, instant, limits, noBody, noParams, noQuery, text } from './common.ts';
import { accountSchema } from './identity.ts';
import type { Route } from './route.ts';
import * as samples from './samples.ts';

/** One part of an export: lists of records under the names of their sections. */
const exportDocument = z.record(z.string(), z.array(z.unknown()));

export const personalDataRoutes = [
  {
    operation: 'exportPersonalData',
    method: 'POST',
    path: '/v1/me/data-export',
    function: 'personalData',
    roles: ['buyer', 'merchant'],
    summary: 'Exports what is stored about you, part by part',
    description:
      'A small part is in the answer as `document`; a large one is a JSON file under `download.url` for a quarter of an hour, for whoever has the link. Go on with `?cursor=` until no `nextCursor` comes. Keys that you bought are not in it: reading one is recorded, so each is revealed by itself.',
    zh: {
      summary: '分段导出平台存储的您的数据',
      description:
        '较小的分段直接以 `document` 返回;较大的分段为 JSON 文件,可在十五分钟内通过 `download.url` 下载,持有链接者均可读取。请以 `?cursor=` 继续,直至不再返回 `nextCursor`。所购卡密不在其中:每次查看卡密都会留痕,须逐一取卡。',
    },
    refusals: [],
    example: { response: samples.dataExport },
    idempotencyKey: true,
    status: 200,
    params: noParams,
    query: z.strictObject({
      /** The `nextCursor` of the part before; none for the first. */
      cursor: z.optional(z.string().check(z.minLength(1), z.maxLength(1_024))),
    }),
    body: noBody,
    response: z.object({
      exportId: z.string(),
      madeAt: instant,
      /** A small part itself. Each section is a list; one that is long goes on in the next part. */
      document: z.optional(exportDocument),
      /** Where a large part can be fetched as JSON, until the link expires. Whoever has the link can read it. */
      download: z.optional(z.object({ url: z.string(), expiresAt: instant })),
      /** Asks for the next part; absent in the last. */
      nextCursor: z.optional(z.string()),
    }),
  },
  {
    operation: 'eraseAccount',
    method: 'POST',
    path: '/v1/accounts/{accountId}/erase',
    function: 'personalData',
    roles: ['buyer', 'merchant', 'operator'],
    summary: 'Erases who an account belongs to, for good',
    description:
      'The name goes, and every API key and order token ends. Orders and books stay, under an id that no longer leads to anybody. You may erase your own account; an operator may do it at your request and gives the reason. It is refused while orders are open, while money is in the wallet, and for a merchant while he sells, owes or is owed. Repeating it changes nothing.',
    zh: {
      summary: '永久抹除账户所属人的信息',
      description:
        '名称被抹除,全部 API 密钥与订单令牌即刻失效;订单与账簿保留在不再指向任何人的账户编号之下。本人可抹除自己的账户;运营人员可应本人请求代办,并须注明原因。仍有未完结订单、钱包仍有余额,或商家仍有在售商品、应收应付款项时不予抹除。重复调用无副作用。',
    },
    refusals: [
      'not-found',
      'account-role-unfit',
      'products-on-sale',
      'orders-open',
      'payments-open',
      'wallet-not-empty',
      'payable-open',
    ],
    example: { params: { accountId: samples.buyerId }, body: {}, response: samples.erasedAccount },
    idempotencyKey: false,
    status: 200,
    params: z.object({ accountId }),
    query: noQuery,
    body: z.strictObject({
      /** Why; an operator has to say. */
      reason: z.optional(text(limits.nameLength)),
    }),
    response: accountSchema,
  },
] as const satisfies readonly Route[];
