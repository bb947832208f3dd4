import { type Finding, findingsOn } from './finding.ts';
import type { ListedKey, OrderView } from './records.ts';

/** Promise 1, from the order's side: it lists each of its keys once, and each of them is its own. */
export const checkOrderKeys = ({ order, listed }: OrderView): readonly Finding[] => {
  const find = findingsOn(1, `order ${order.orderId}`);
  const findings: Finding[] = [];
  if (listed.length !== order.boundQuantity)
    findings.push(find('key-list-unfit', `It lists ${listed.length} keys and counts ${order.boundQuantity}.`));
  const held = listed.filter(({ returned }) => !returned);
  for (const [position, { keyId }] of held.entries())
    if (held.findIndex((other) => other.keyId === keyId) < position)
      findings.push(find('key-listed-twice', `It lists the key ${keyId} more than once.`));
  for (const each of held) {
    const fault = faultOf(each, order.orderId, order.productId);
    if (fault) findings.push(find(...fault));
  }
  return findings;
};

const faultOf = (
  { keyId, key }: ListedKey,
  orderId: string,
  productId: string,
): [code: string, detail: string] | undefined => {
  if (!key) return ['listed-key-unknown', `It lists the key ${keyId}, which does not exist.`];
  if (key.owner === undefined) return ['listed-key-unowned', `It lists the key ${keyId}, which nobody owns.`];
  if (key.owner !== orderId)
    return ['listed-key-of-another-order', `It lists the key ${keyId}, which is owned by ${key.owner}.`];
  if (key.productId !== productId)
    return ['listed-key-of-another-product', `It lists the key ${keyId} of the product ${key.productId}.`];
  return undefined;
};
