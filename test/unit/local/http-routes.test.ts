import { expect, test } from 'vitest';
import { createRouter } from '../../../local/http-routes.ts';

const routeKeys = [
  'GET /v1/orders',
  'GET /v1/orders/{orderId}',
  'ANY /v1/orders/{orderId}',
  'GET /v1/orders/mine',
  'POST /v1/orders/{orderId}/pay',
  'ANY /v1/{proxy+}',
  'GET /v1/orders/{rest+}',
];
const find = createRouter(routeKeys.map((routeKey) => ({ routeKey, target: routeKey })));

test.each([
  ['GET', '/v1/orders', 'GET /v1/orders', {}],
  ['GET', '/v1/orders/ord_1', 'GET /v1/orders/{orderId}', { orderId: 'ord_1' }],
  ['DELETE', '/v1/orders/ord_1', 'ANY /v1/orders/{orderId}', { orderId: 'ord_1' }],
  ['GET', '/v1/orders/mine', 'GET /v1/orders/mine', {}],
  ['POST', '/v1/orders/ord%2F1/pay', 'POST /v1/orders/{orderId}/pay', { orderId: 'ord/1' }],
  ['GET', '/v1/orders/a/b/c', 'GET /v1/orders/{rest+}', { rest: 'a/b/c' }],
  ['PUT', '/v1/else/where', 'ANY /v1/{proxy+}', { proxy: 'else/where' }],
  ['GET', '/v1/orders/%zz', 'GET /v1/orders/{orderId}', { orderId: '%zz' }],
])('%s %s takes the most specific route, %s', (method, path, routeKey, pathParameters) => {
  expect(find(method, path)).toEqual({ target: routeKey, routeKey, pathParameters });
});

test('a path without a route finds nothing, or $default where there is one', () => {
  expect(find('GET', '/v2')).toBeUndefined();
  expect(createRouter([{ routeKey: '$default', target: 1 }])('GET', '/v2')?.target).toBe(1);
});
