import { createClient, type Problem } from '../../client/client.ts';
import type { paths } from '../../client/surety-api.ts';

type BodyOf<Path extends keyof paths> = paths[Path] extends {
  readonly post: { readonly requestBody: { readonly content: { readonly 'application/json': infer Body } } };
}
  ? Body
  : never;

/** Who calls, and with what key where the call is a repetition of an earlier one; a fresh key if absent. */
type Call = { readonly token: string; readonly idempotencyKey?: string };
type On<Params> = Call & { readonly params: Params };
type OnProduct = On<{ readonly productId: string }>;
type OnOrder = On<{ readonly orderId: string }>;
type OnAccount = On<{ readonly accountId: string }>;
type With<Path extends keyof paths> = { readonly body: BodyOf<Path> };

const keyed = ({ idempotencyKey }: Call) => ({ 'Idempotency-Key': idempotencyKey ?? crypto.randomUUID() });

/** Calls one stack's API as anybody else would: over HTTP, with an API key, by the client that merchants can take. */
export const connectApi = (baseUrl: string) => {
  const as = ({ token }: Call) => createClient({ baseUrl, token });
  return {
    openAccount: (call: Call & With<'/v1/accounts'>) =>
      as(call).POST('/v1/accounts', { params: { header: keyed(call) }, body: call.body }),
    issueApiKey: (call: OnAccount & With<'/v1/accounts/{accountId}/api-keys'>) =>
      as(call).POST('/v1/accounts/{accountId}/api-keys', {
        params: { path: call.params, header: keyed(call) },
        body: call.body,
      }),
    createProduct: (call: Call & With<'/v1/products'>) =>
      as(call).POST('/v1/products', { params: { header: keyed(call) }, body: call.body }),
    putOnSale: (call: OnProduct & With<'/v1/products/{productId}/put-on-sale'>) =>
      as(call).POST('/v1/products/{productId}/put-on-sale', {
        params: { path: call.params, header: keyed(call) },
        body: call.body,
      }),
    importKeys: (call: OnProduct & With<'/v1/products/{productId}/batches'>) =>
      as(call).POST('/v1/products/{productId}/batches', {
        params: { path: call.params, header: keyed(call) },
        body: call.body,
      }),
    readStock: (call: OnProduct) => as(call).GET('/v1/products/{productId}/stock', { params: { path: call.params } }),
    grantTestTopUp: (call: OnAccount & With<'/v1/wallets/{accountId}/test-top-ups'>) =>
      as(call).POST('/v1/wallets/{accountId}/test-top-ups', {
        params: { path: call.params, header: keyed(call) },
        body: call.body,
      }),
    placeOrder: (call: Call & With<'/v1/orders'>) =>
      as(call).POST('/v1/orders', { params: { header: keyed(call) }, body: call.body }),
    readOrder: (call: OnOrder) => as(call).GET('/v1/orders/{orderId}', { params: { path: call.params } }),
    payOrder: (call: OnOrder & With<'/v1/orders/{orderId}/pay'>) =>
      as(call).POST('/v1/orders/{orderId}/pay', { params: { path: call.params }, body: call.body }),
    revealKeys: (call: OnOrder) => as(call).POST('/v1/orders/{orderId}/reveal', { params: { path: call.params } }),
    readOwnWallet: (call: Call) => as(call).GET('/v1/wallet'),
    readOwnStatement: (call: Call) => as(call).GET('/v1/wallet/statement'),
    readTrialBalance: (call: Call) => as(call).GET('/v1/ledger/trial-balance'),
  };
};

export type Api = ReturnType<typeof connectApi>;

type Answered<Data> = { readonly data?: Data; readonly error?: unknown; readonly response: Response };

/** The answer to a call that must succeed. */
export const done = async <Data>(call: Promise<Answered<Data>>): Promise<NonNullable<Data>> => {
  const { data, error, response } = await call;
  if (data === undefined || data === null)
    throw new Error(`${response.url} answered ${response.status}: ${JSON.stringify(error)}`);
  return data;
};

/** The problem that a call must meet. */
export const refused = async (
  call: Promise<{ readonly error?: Problem | { readonly message: string }; readonly response: Response }>,
): Promise<Problem> => {
  const { error, response } = await call;
  if (error === undefined || !('code' in error))
    throw new Error(`${response.url} answered ${response.status}, no problem`);
  return error;
};
