/**
 * Everything the API can answer that is no success: the one table from which handlers take status and title, the
 * OpenAPI document its error responses, and `docs/errors.md` its pages in both languages.
 */
import type { RefusalCode } from '../core/shared/refusal-codes.ts';

/** The codes of refusals, and those that no rule decides: they come from the way a request is taken in. */
export type ProblemCode = RefusalCode | 'rate-limited' | 'internal' | 'try-again';

/** What a person reads of a problem, in one language. */
type ProblemText = {
  /** Never varies for a code. */
  readonly title: string;
  /** What it means. */
  readonly meaning: string;
  /** What the caller should do now. */
  readonly advice: string;
};

export type ProblemType = {
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503;
  /** Seconds after which the same request may do better; absent where waiting does not help, or how long is not fixed. */
  readonly retryAfterSeconds?: number;
  readonly en: ProblemText;
  readonly zh: ProblemText;
};

const text = (title: string, meaning: string, advice: string): ProblemText => ({ title, meaning, advice });

export const problemTypes: Readonly<Record<ProblemCode, ProblemType>> = {
  'malformed-json': {
    status: 400,
    en: text('The body is not valid JSON', 'The body could not be read as JSON (RFC 8259, UTF-8).', 'Repair the body.'),
    zh: text('请求体不是有效的 JSON', '请求体无法按 JSON(RFC 8259,UTF-8)解析。', '请修正请求体。'),
  },
  'unsupported-media-type': {
    status: 415,
    en: text('The body must be JSON', 'The Content-Type is another.', 'Send «Content-Type: application/json».'),
    zh: text('请求体必须为 JSON', 'Content-Type 不受支持。', '请发送 «Content-Type: application/json»。'),
  },
  'body-too-large': {
    status: 413,
    en: text('The body is too large', 'The body has more bytes than this route takes.', 'Send less at a time.'),
    zh: text('请求体过大', '请求体超过该接口的字节上限。', '请分批发送。'),
  },
  'invalid-request': {
    status: 400,
    en: text(
      'The request does not fit the schema',
      'A header, path, query or body value is not as described; `field` says which and `detail` why.',
      'Correct that field and send the request again.',
    ),
    zh: text(
      '请求不符合接口定义',
      '某个请求头、路径、查询或请求体的值不合要求;`field` 指明字段,`detail` 说明原因。',
      '请修正该字段后重新发送。',
    ),
  },
  'idempotency-key-missing': {
    status: 400,
    en: text(
      'An Idempotency-Key header is needed',
      'This request makes or moves something, and must be safe to send twice.',
      'Send an Idempotency-Key, fresh for each new intention and the same for each repetition.',
    ),
    zh: text(
      '缺少 Idempotency-Key 请求头',
      '该请求会创建或变更数据,须可安全重发。',
      '请发送 Idempotency-Key:每个新意图用新值,重发时用原值。',
    ),
  },
  'idempotency-key-reused': {
    status: 422,
    en: text(
      'The Idempotency-Key was used for another request',
      'The same key came before with another path or body; what it made then still stands.',
      'Send a fresh key for a new intention.',
    ),
    zh: text(
      'Idempotency-Key 已用于其他请求',
      '该值此前用于路径或内容不同的请求,当时的结果依然有效。',
      '新的意图请使用新值。',
    ),
  },
  'api-key-unknown': {
    status: 401,
    en: text(
      'The API key is not known',
      'There is no such key, or its secret is wrong.',
      'Send a valid key as «Authorization: Bearer …».',
    ),
    zh: text('API 密钥无效', '密钥不存在或内容有误。', '请以 «Authorization: Bearer …» 发送有效密钥。'),
  },
  'api-key-revoked': {
    status: 401,
    en: text(
      'The API key was revoked',
      'The key was revoked, or rotated and its overlap is over.',
      'Use its successor, or have a new key issued.',
    ),
    zh: text('API 密钥已失效', '密钥已吊销,或轮换后的重叠期已结束。', '请使用新密钥。'),
  },
  'order-token-ended': {
    status: 401,
    en: text(
      'The order token has expired or was revoked',
      'A guest may see his order with a living token only.',
      'Ask the shop that sold to you for a fresh one.',
    ),
    zh: text('订单令牌已过期或被吊销', '访客须凭有效令牌查看订单。', '请向下单的店铺索取新令牌。'),
  },
  'role-not-allowed': {
    status: 403,
    en: text(
      'The role of this API key may not do this',
      'The operation is for other roles; `detail` names them.',
      'Use a key of an account that has one of these roles.',
    ),
    zh: text('该密钥的角色无权执行此操作', '此操作仅限其他角色,见 `detail`。', '请使用具备相应角色的账户密钥。'),
  },
  'not-found': {
    status: 404,
    en: text(
      'Not found',
      'There is no such thing, or it is not yours: both answer alike.',
      'Check the id and the account.',
    ),
    zh: text('未找到', '对象不存在,或不属于您:两者的应答相同。', '请核对编号与账户。'),
  },
  'account-role-unfit': {
    status: 409,
    en: text(
      'The account has not the role this needs',
      'Only accounts of another role can have this.',
      'Name an account of the role that `detail` asks for.',
    ),
    zh: text('账户角色不符', '只有其他角色的账户适用此操作。', '请指定 `detail` 所要求角色的账户。'),
  },
  'account-has-keys': {
    status: 409,
    en: text(
      'The account has had API keys already',
      'An operator issues only the first key of an account.',
      'Let its holder issue or rotate his keys.',
    ),
    zh: text('账户已有过密钥', '运营只能签发账户的首个密钥。', '请由持有人自行签发或轮换。'),
  },
  'api-key-limit-reached': {
    status: 409,
    en: text(
      'The account has as many API keys as it may have',
      'No further key can be valid at the same time.',
      'Revoke a key that is no longer needed.',
    ),
    zh: text('账户密钥数量已达上限', '不能再有更多同时有效的密钥。', '请先吊销不再使用的密钥。'),
  },
  'api-key-state-unfit': {
    status: 409,
    en: text(
      'The state of the API key does not allow this',
      'The key was rotated or revoked before.',
      'Issue a new key.',
    ),
    zh: text('密钥当前状态不允许此操作', '密钥此前已轮换或吊销。', '请签发新密钥。'),
  },
  'order-token-limit-reached': {
    status: 409,
    en: text(
      'The order has as many tokens as it may have',
      'No further token can be valid at the same time.',
      'Revoke a token that is no longer needed.',
    ),
    zh: text('订单令牌数量已达上限', '不能再有更多同时有效的令牌。', '请先吊销不再使用的令牌。'),
  },
  'products-on-sale': {
    status: 409,
    en: text(
      'The merchant has products on sale',
      'An order for one of them would need a seller.',
      'Take every product off sale, then ask again.',
    ),
    zh: text('商家仍有在售商品', '在售商品的订单必须有卖家负责。', '请先下架全部商品,再提出申请。'),
  },
  'orders-open': {
    status: 409,
    en: text(
      'The account has orders that are not closed',
      'An order is still placed, captured or held in escrow.',
      'Ask again once every order is released, refunded, cancelled or expired.',
    ),
    zh: text(
      '账户仍有未完结订单',
      '仍有订单待付款、待交付或处于担保期。',
      '请待全部订单放款、退款、取消或过期后再申请。',
    ),
  },
  'payments-open': {
    status: 409,
    en: text(
      'The account has a top-up under way',
      'Money may still arrive for the wallet.',
      'Pay it or let it expire, then ask again.',
    ),
    zh: text('账户有进行中的充值', '款项仍可能到账。', '请完成支付或待其过期后再申请。'),
  },
  'wallet-not-empty': {
    status: 409,
    en: text('The wallet of the account holds money', 'Money needs an owner.', 'Spend it or have it paid out first.'),
    zh: text('账户钱包仍有余额', '余额必须有归属。', '请先用完或提取余额。'),
  },
  'payable-open': {
    status: 409,
    en: text(
      'The merchant is owed money, or owes some',
      'The books between house and merchant are not even, or do not show the last sale yet.',
      'Ask again after the settlement; `detail` says which of these it is.',
    ),
    zh: text(
      '商家尚有应付或应收款项',
      '平台与商家账目未结清,或最近一笔交易尚未入账。',
      '请在结算完成后再申请;`detail` 说明具体原因。',
    ),
  },
  'merchant-standing-unfit': {
    status: 409,
    en: text(
      'The standing of the merchant does not allow this',
      'Each step of admission leads from some standings only.',
      'Read the merchant at GET /v1/merchants/{accountId}, and take a step that fits.',
    ),
    zh: text(
      '商家当前状态不允许此操作',
      '准入流程的每一步仅适用于特定状态。',
      '请先通过 GET /v1/merchants/{accountId} 查看商家状态。',
    ),
  },
  'merchant-not-admitted': {
    status: 409,
    en: text(
      'The merchant is not admitted to sell',
      'Only an admitted merchant lists, puts on sale and takes orders.',
      'As the merchant, see what is missing at GET /v1/merchants/{accountId}; as a buyer, choose another seller.',
    ),
    zh: text(
      '商家未获准销售',
      '仅准入商家可上架商品并接受下单。',
      '商家请通过 GET /v1/merchants/{accountId} 查看所缺条件;买家请选择其他商家。',
    ),
  },
  'documents-missing': {
    status: 409,
    en: text(
      'Documents that the policy requires are missing',
      'A required document is not accepted, or has expired.',
      'Have the documents that `detail` names brought and accepted first.',
    ),
    zh: text('缺少白皮书要求的资质文件', '所需文件尚未通过审核或已到期。', '请先提交并通过 `detail` 所列文件。'),
  },
  'document-limit-reached': {
    status: 409,
    en: text(
      'The merchant has brought as many documents as he may',
      'The number of documents of one merchant is bounded.',
      'Ask an operator.',
    ),
    zh: text('资质文件数量已达上限', '每个商家可提交的文件数量有限。', '请联系平台运营。'),
  },
  'document-state-unfit': {
    status: 409,
    en: text(
      'The state of the document does not allow this',
      'A document is reviewed once, and not after its end.',
      'Read the document, or have another brought.',
    ),
    zh: text('文件当前状态不允许此操作', '每份文件仅审核一次,到期后不再审核。', '请查看该文件,或重新提交。'),
  },
  'document-not-uploaded': {
    status: 409,
    en: text(
      'The file of the document was not uploaded as announced',
      'There is no file, or it is larger than was said.',
      'Upload the file with the form that announcing it answered.',
    ),
    zh: text('文件尚未按申报上传', '未找到文件,或文件大于申报大小。', '请使用申报时返回的表单上传文件。'),
  },
  'document-changed': {
    status: 409,
    en: text(
      'The file of the document changed since it was read',
      'What was read is not what lies there now.',
      'Read the document again, and send the etag that it shows.',
    ),
    zh: text('文件内容在阅读后发生了变化', '当前内容与阅读时不同。', '请重新阅读该文件,并发送其 etag。'),
  },
  'recovery-state-unfit': {
    status: 409,
    en: text(
      'The state of the recovery does not allow this',
      'It was approved before, or nobody approved it in time.',
      'Ask for another recovery if one is still needed.',
    ),
    zh: text('找回流程的状态不允许此操作', '该找回申请已获批准,或已逾期。', '如仍需要,请重新发起找回。'),
  },
  'second-operator-needed': {
    status: 409,
    en: text(
      'Another operator has to do this',
      'It takes two operators, and nobody decides about himself.',
      'Have another operator do it.',
    ),
    zh: text(
      '须由另一位运营人员操作',
      '该操作须由两位运营人员完成,且任何人不得处理自己的账户。',
      '请由另一位运营人员操作。',
    ),
  },
  'applications-limit-reached': {
    status: 429,
    retryAfterSeconds: 3600,
    en: text(
      'Too many applications at the moment',
      'The applications of this hour are all taken.',
      'Come back in the next hour.',
    ),
    zh: text('当前申请过多', '本小时的入驻申请名额已满。', '请于下一小时再试。'),
  },
  'category-unknown': {
    status: 400,
    en: text(
      'The policy has no such category',
      'The policy in force does not list it.',
      'Choose a category of GET /v1/policy.',
    ),
    zh: text('白皮书中无此类目', '现行白皮书未列出该类目。', '请从 GET /v1/policy 的类目中选择。'),
  },
  'product-not-on-sale': {
    status: 409,
    en: text(
      'The product is not on sale',
      'It does not exist, is a draft, was taken off sale or cannot be put on sale.',
      'Look it up in the catalogue, or choose another.',
    ),
    zh: text('商品未在售', '商品不存在、为草稿、已下架或无法上架。', '请在商品目录中查询或另选商品。'),
  },
  'product-version-unknown': {
    status: 404,
    en: text('The product has no such version', 'No version has this number.', 'Name a version that `detail` lists.'),
    zh: text('商品无此版本', '没有该编号的版本。', '请使用 `detail` 所列的版本。'),
  },
  'version-limit-reached': {
    status: 409,
    en: text(
      'The product has as many versions as it may have',
      'No further version can be added.',
      'Create another product.',
    ),
    zh: text('商品版本数量已达上限', '无法再新增版本。', '请另建商品。'),
  },
  'review-needed': {
    status: 409,
    en: text(
      'The version must be approved before it goes on sale',
      'The policy wants this listing reviewed, and this version was not approved.',
      'Submit the version, or add one that answers the reason of its rejection; `detail` says which.',
    ),
    zh: text(
      '版本须审核通过后方可上架',
      '按白皮书该商品需要审核,而此版本尚未通过。',
      '请提交审核,或针对驳回理由新增版本;详见 `detail`。',
    ),
  },
  'review-state-unfit': {
    status: 409,
    en: text(
      'The state of the review does not allow this',
      'The version was not submitted, needs no review, or its review was decided otherwise.',
      'Read the version and its `review`; a decision is final.',
    ),
    zh: text(
      '审核状态不允许此操作',
      '该版本未提交、无需审核,或已有不同的审核结论。',
      '请查看版本的 `review`;审核结论不可更改。',
    ),
  },
  'price-changed': {
    status: 409,
    en: text(
      'The price changed',
      'It is not the `expectedUnitPriceMinor` of the order any more.',
      'Show the new price, and order again if it is accepted.',
    ),
    zh: text('价格已变更', '当前价格与订单的 `expectedUnitPriceMinor` 不一致。', '请展示新价格,确认后重新下单。'),
  },
  'quantity-over-limit': {
    status: 409,
    en: text(
      'The quantity is over the limit of one order',
      'The listing sets a limit for each order.',
      'Order fewer at a time.',
    ),
    zh: text('数量超过单笔上限', '商品设有单笔购买上限。', '请减少单笔数量。'),
  },
  'buyer-limit-reached': {
    status: 409,
    en: text(
      'The purchase limit for one buyer is reached',
      'The listing sets a limit for each buyer, over all his orders.',
      'Order fewer, or another product.',
    ),
    zh: text('已达每位买家的限购数量', '商品对每位买家的累计购买设有上限。', '请减少数量或另选商品。'),
  },
  'order-expired': {
    status: 409,
    en: text(
      'The order expired before it was paid',
      'The time to pay is over. Nothing was charged.',
      'Place the order again.',
    ),
    zh: text('订单未付款已过期', '付款期限已过,未扣款。', '请重新下单。'),
  },
  'order-state-unfit': {
    status: 409,
    en: text('The state of the order does not allow this', '`detail` says in which state it is.', 'Read the order.'),
    zh: text('订单当前状态不允许此操作', '`detail` 说明订单所处状态。', '请先查看订单。'),
  },
  'out-of-stock': {
    status: 409,
    en: text(
      'Not enough stock',
      'Fewer keys can be sold than were ordered. Nothing was charged.',
      'Order fewer, or let the order wait with `whenOutOfStock: wait`.',
    ),
    zh: text('库存不足', '可售卡密少于订购数量,未扣款。', '请减少数量,或以 `whenOutOfStock: wait` 等待补货。'),
  },
  'channel-unavailable': {
    status: 503,
    retryAfterSeconds: 5,
    en: text(
      'The payment channel cannot be used now',
      'It does not answer, or is not set up here. Nothing was charged.',
      'Send the same request again, or choose another channel.',
    ),
    zh: text('支付渠道暂不可用', '渠道无响应或未开通,未扣款。', '请稍后重发同一请求,或更换渠道。'),
  },
  'channel-scene-unfit': {
    status: 400,
    en: text(
      'The payment channel does not offer this scene',
      'Not every channel has every way to pay.',
      'Choose one of the scenes that `detail` names.',
    ),
    zh: text('该渠道不支持此支付场景', '各渠道支持的支付方式不同。', '请选择 `detail` 中列出的场景。'),
  },
  'trade-not-openable': {
    status: 409,
    en: text(
      'The payment channel does not open this trade',
      'It is paid already, has ended there, or is not accepted.',
      'Read the payment; begin another one under a fresh Idempotency-Key.',
    ),
    zh: text(
      '渠道无法发起此交易',
      '交易已支付、已关闭或未被接受。',
      '请查询该付款;如需再付,请换用新的 Idempotency-Key。',
    ),
  },
  'payment-limit-reached': {
    status: 409,
    en: text(
      'As many payments were begun for this order as may be',
      'Each order takes a few attempts only.',
      'Pay one of them, or place the order again.',
    ),
    zh: text('该订单发起的付款次数已达上限', '每笔订单只能发起有限次付款。', '请完成已发起的付款,或重新下单。'),
  },
  'wallet-balance-short': {
    status: 409,
    en: text('The wallet balance is too small', 'The order costs more. Nothing was charged.', 'Top the wallet up.'),
    zh: text('钱包余额不足', '余额少于订单金额,未扣款。', '请先充值。'),
  },
  'wallet-balance-limit': {
    status: 409,
    en: text('The wallet may not hold this much', 'The balance would pass the largest amount.', 'Top up less.'),
    zh: text('超过钱包余额上限', '充值后余额将超过上限。', '请减少充值金额。'),
  },
  'amount-over-limit': {
    status: 409,
    en: text('The amount is over the limit', 'One amount may not be this large.', 'Split it.'),
    zh: text('金额超过上限', '单笔金额过大。', '请拆分。'),
  },
  'batch-state-unfit': {
    status: 409,
    en: text('The state of the batch does not allow this', '`detail` says in which state it is.', 'Read the batch.'),
    zh: text('批次当前状态不允许此操作', '`detail` 说明批次所处状态。', '请先查看批次。'),
  },
  'sample-state-unfit': {
    status: 409,
    en: text(
      'The state of the sample key does not allow this',
      'It was not read yet, or another result stands already.',
      'Reveal the key before you report a result; a result is final.',
    ),
    zh: text(
      '样品当前状态不允许此操作',
      '该样品尚未查看,或已登记不同的结果。',
      '请先查看样品再登记结果;结果不可更改。',
    ),
  },
  'upload-too-large': {
    status: 413,
    en: text(
      'The file is too large',
      'It has more bytes than one upload may have; nothing was uploaded.',
      'Compress it with gzip or zip, or split it.',
    ),
    zh: text('文件过大', '文件超过单次上传的字节上限,未上传任何内容。', '请用 gzip 或 zip 压缩,或拆分文件。'),
  },
  'upload-missing': {
    status: 409,
    en: text(
      'The file was not uploaded',
      'The import cannot start before its file is there.',
      'Upload it with the form of the import, then start.',
    ),
    zh: text('文件尚未上传', '文件上传完成前无法开始导入。', '请先用导入返回的表单上传文件,再开始导入。'),
  },
  'upload-size-differs': {
    status: 409,
    en: text(
      'The upload has not the announced size',
      'Its bytes are more or fewer than `sizeBytes`.',
      'Upload the announced file, or announce the file anew.',
    ),
    zh: text('上传大小与申报不符', '上传的字节数与 `sizeBytes` 不同。', '请上传申报的文件,或重新申报。'),
  },
  'webhook-url-unfit': {
    status: 400,
    en: text(
      'Webhooks cannot be sent to this address',
      'The address is not https on port 443 of a public host; `detail` says what is wrong.',
      'Give an address that anybody on the Internet could reach.',
    ),
    zh: text(
      'Webhook 无法发往该地址',
      '该地址不是公网主机 443 端口的 https 地址;`detail` 说明原因。',
      '请提供互联网可达的地址。',
    ),
  },
  'webhook-endpoint-limit-reached': {
    status: 409,
    en: text(
      'The account has as many webhook endpoints as it may have',
      'Endpoints are bounded, disabled ones included.',
      'Delete one that you no longer need.',
    ),
    zh: text('Webhook 地址数量已达上限', '账户的地址数量有限,停用的也计入。', '请删除不再需要的地址。'),
  },
  'webhook-endpoint-disabled': {
    status: 409,
    en: text(
      'The webhook endpoint is disabled',
      'Nothing is sent to a disabled endpoint.',
      'Enable the endpoint and send the request again.',
    ),
    zh: text('该 Webhook 地址已停用', '停用的地址不会收到任何事件。', '请先启用该地址再重试。'),
  },
  'cursor-invalid': {
    status: 400,
    en: text(
      'The cursor is not one of ours',
      'It belongs to another list or to other filters, or was changed.',
      'Send a `nextCursor` as this list returned it, or none for the first page.',
    ),
    zh: text(
      '游标无效',
      '游标属于其他列表或筛选条件,或已被改动。',
      '请原样使用该列表返回的 `nextCursor`,首页不带游标。',
    ),
  },
  'selling-closed': {
    status: 503,
    retryAfterSeconds: 300,
    en: text(
      'Nothing is sold at the moment',
      'Selling is closed for a while. Nothing was charged; delivered keys can be read.',
      'Send the same request again later.',
    ),
    zh: text('暂停销售', '平台暂时停止销售,未扣款;已交付的卡密仍可查看。', '请稍后重发同一请求。'),
  },
  'rate-limited': {
    status: 429,
    en: text(
      'Too many requests under this API key',
      'The limit of the window that the RateLimit headers describe is used up. Nothing was done.',
      'Wait as many seconds as `Retry-After` says, then send the same request again.',
    ),
    zh: text(
      '该密钥请求过多',
      'RateLimit 响应头所述窗口内的额度已用完,请求未被执行。',
      '请等待 `Retry-After` 所示秒数后重发同一请求。',
    ),
  },
  internal: {
    status: 500,
    en: text(
      'Something failed on our side',
      'The fault is ours. Nothing was lost.',
      'Send the same request again with the same Idempotency-Key, or quote the requestId to us.',
    ),
    zh: text(
      '系统内部错误',
      '故障在我方,数据没有丢失。',
      '请以相同的 Idempotency-Key 重发同一请求,或向我们提供 requestId。',
    ),
  },
  'try-again': {
    status: 503,
    retryAfterSeconds: 1,
    en: text(
      'Too many at once',
      'Others changed the same records at the same moment. Nothing was lost.',
      'Send the same request again in a second.',
    ),
    zh: text('并发过高', '相同数据正被同时修改,没有丢失。', '请于一秒后重发同一请求。'),
  },
};
