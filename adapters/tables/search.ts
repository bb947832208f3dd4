import * as z from 'zod/mini';
import { needleOf, type Posting, type SearchFilter, type SearchSort } from '../../core/catalog/search.ts';
import { maxAmountMinor } from '../../core/shared/money.ts';
import { accept, type Result } from '../../core/shared/result.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Item, TableGateway } from './gateway.ts';

/** Terms that are counted to find the rarest, and how far each is counted. */
const termsProbed = 8;
const postingsProbed = 50;
/** Postings that one search reads at most, and how many at a time. A page may be short and still have a next one. */
const maxPostingsRead = 1_000;
const postingsPerQuery = 250;
/** Postings written at a time. */
const writesAtOnce = 10;

const priceDigits = String(maxAmountMinor).length;
const weightDigits = 4;
const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');

/** Sorts after every rank that begins like this. */
const endOf = (prefix: string): string => `${prefix}~`;

const postingKey = ({ term, priceMinor, productId }: Posting) => ({
  pk: term,
  sk: `${padded(priceMinor, priceDigits)}#${productId}`,
});
const relevanceOf = (posting: Posting): string => `${padded(posting.weight, weightDigits)}#${postingKey(posting).sk}`;

const priceRank = new RegExp(`^\\d{${priceDigits}}#prd_[0-9a-z]{26}$`);
const relevanceRank = new RegExp(`^\\d{${weightDigits}}#(\\d{${priceDigits}}#prd_[0-9a-z]{26})$`);

const postingItem = z.object({ pk: z.string(), sk: z.string(), relevance: z.string(), revision: z.int() });

/** A posting as a search finds it: whose it is, and where it stands. */
export type Hit = { readonly productId: string; readonly term: string; readonly rank: string };

export type PostingPlace = { readonly pk: string; readonly sk: string };

export type Search = {
  /** What a hit must have, all of it; at least one. */
  readonly terms: readonly string[];
  readonly filter: SearchFilter;
  readonly sort: SearchSort;
};

type PageOf = { readonly limit: number; readonly cursor?: string | undefined };

/** The inverted index of what is on sale: a partition for each term, in it the products by price and by relevance. */
export class SearchTable {
  readonly #gateway: TableGateway;
  readonly #tableName: string;

  constructor(gateway: TableGateway, tableName: string) {
    this.#gateway = gateway;
    this.#tableName = tableName;
  }

  /** Writes postings, save over those of a later change. */
  async put(postings: readonly Posting[]): Promise<void> {
    await this.#eachOf(postings, async (posting) => {
      const { term, productId, weight, ...fields } = posting;
      await this.#gateway.put({
        TableName: this.#tableName,
        Item: { ...fields, ...postingKey(posting), relevance: relevanceOf(posting) },
        ConditionExpression: 'attribute_not_exists(pk) OR revision <= :revision',
        ExpressionAttributeValues: { ':revision': posting.revision },
      });
    });
  }

  /** Removes postings, save those of a later change than `revision`. */
  async remove(places: readonly PostingPlace[], revision: number): Promise<void> {
    await this.#eachOf(places, async (Key) => {
      await this.#gateway.delete({
        TableName: this.#tableName,
        Key,
        ConditionExpression: 'attribute_not_exists(pk) OR revision <= :revision',
        ExpressionAttributeValues: { ':revision': revision },
      });
    });
  }

  /**
   * One page of what has every term and passes every filter. It reads the postings of one term, the rarest as far as a
   * short count tells, and at most `maxPostingsRead` of them.
   */
  async find(search: Search, page: PageOf): Promise<Result<{ items: Hit[]; nextCursor?: string }>> {
    const scope = ['search', search];
    const { keyNames, from, to } = orderOf(search);
    const isWithin = ({ pk = '', sk = '', relevance = '' }: Readonly<Record<string, string>>): boolean =>
      search.terms.includes(pk) &&
      (search.sort === 'relevance'
        ? relevanceRank.exec(relevance)?.[1] === sk
        : priceRank.test(sk) && sk >= from && sk <= to);
    const start = decodeCursor(scope, page.cursor, {}, keyNames, isWithin);
    if (!start.ok) return start;
    const startKey = start.value.ExclusiveStartKey;
    const term = startKey?.['pk'] ?? (await this.#rarest(search.terms));
    const { items, lastKey } = await this.#read(search, term, page.limit, startKey);
    return accept({ items, ...encodeCursor(scope, lastKey) });
  }

  /** A page of everything that is in the index: whose postings, where, and of which change. */
  async scan(
    startKey: Item | undefined,
  ): Promise<{ places: (Hit & { revision: number })[]; lastKey: Item | undefined }> {
    const { items, lastKey } = await this.#gateway.scan({
      TableName: this.#tableName,
      ProjectionExpression: 'pk, sk, relevance, revision',
      ...(startKey && { ExclusiveStartKey: startKey }),
    });
    return { places: items.map((item) => ({ ...toHit(item), revision: postingItem.parse(item).revision })), lastKey };
  }

  async #read(search: Search, term: string, limit: number, startKey: Item | undefined) {
    const { keyNames, input } = orderOf(search);
    const { values, ...filter } = filterOf(search, term) ?? {};
    const { ExpressionAttributeValues, ...query } = input(term);
    const found: Item[] = [];
    let from = startKey;
    for (let read = 0; read < maxPostingsRead; read += postingsPerQuery) {
      const { items, lastKey } = await this.#gateway.query({
        TableName: this.#tableName,
        ...query,
        ...filter,
        ExpressionAttributeValues: { ...ExpressionAttributeValues, ...values },
        Limit: values === undefined ? limit + 1 : postingsPerQuery,
        ...(from && { ExclusiveStartKey: from }),
      });
      found.push(...items);
      const last = found[limit - 1];
      if (last !== undefined && (found.length > limit || lastKey !== undefined))
        return { items: found.slice(0, limit).map(toHit), lastKey: keyOf(last, keyNames) };
      if (lastKey === undefined) return { items: found.map(toHit), lastKey: undefined };
      from = lastKey;
    }
    return { items: found.map(toHit), lastKey: from };
  }

  /** A term with fewest postings, as far as a short count tells; the first of them where several are as rare. */
  async #rarest(terms: readonly string[]): Promise<string> {
    const [first = '', ...others] = terms.slice(0, termsProbed);
    if (others.length === 0) return first;
    const counts = await Promise.all([first, ...others].map((term) => this.#countUpTo(term)));
    return [first, ...others][counts.indexOf(Math.min(...counts))] ?? first;
  }

  async #countUpTo(term: string): Promise<number> {
    const { count } = await this.#gateway.query({
      TableName: this.#tableName,
      KeyConditionExpression: 'pk = :term',
      ExpressionAttributeValues: { ':term': term },
      Select: 'COUNT',
      Limit: postingsProbed,
    });
    return count;
  }

  async #eachOf<T>(all: readonly T[], write: (one: T) => Promise<void>): Promise<void> {
    for (let from = 0; from < all.length; from += writesAtOnce)
      await Promise.all(all.slice(from, from + writesAtOnce).map(write));
  }
}

/** Where a posting is looked for: the same for a posting and the hit it becomes. */
export const placeOf = (of: Posting | Hit): PostingPlace =>
  'rank' in of ? { pk: of.term, sk: relevanceRank.exec(of.rank)?.[1] ?? '' } : postingKey(of);

/** The rank under which a product's postings stand. */
export const searchRankOf = relevanceOf;

const toHit = (item: Item): Hit => {
  const { pk, sk, relevance } = postingItem.parse(item);
  return { productId: sk.slice(sk.indexOf('#') + 1), term: pk, rank: relevance };
};

const keyOf = (item: Item, names: readonly string[]): Item =>
  Object.fromEntries(names.map((name) => [name, item[name]]));

const orderOf = ({ sort, filter }: Search) => {
  const from = padded(filter.minPriceMinor ?? 0, priceDigits);
  const to = endOf(padded(filter.maxPriceMinor ?? maxAmountMinor, priceDigits));
  if (sort === 'relevance')
    return {
      keyNames: ['pk', 'sk', 'relevance'],
      from,
      to,
      input: (term: string) => ({
        IndexName: 'by-relevance',
        KeyConditionExpression: 'pk = :term',
        ExpressionAttributeValues: { ':term': term },
      }),
    };
  return {
    keyNames: ['pk', 'sk'],
    from,
    to,
    input: (term: string) => ({
      KeyConditionExpression: 'pk = :term AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':term': term, ':from': from, ':to': to },
      ScanIndexForward: sort === 'price',
    }),
  };
};

/** What the table itself leaves out, so that it need not travel; nothing where every posting of the term is a hit. */
const filterOf = ({ terms, filter, sort }: Search, term: string) => {
  const { category, label, merchantId, minPriceMinor = 0, maxPriceMinor = maxAmountMinor } = filter;
  const isPriceOpen = minPriceMinor === 0 && maxPriceMinor === maxAmountMinor;
  const parts = [
    ...Object.entries({ category, label, merchantId }).flatMap(([name, value]) =>
      value === undefined ? [] : [{ name, condition: `#${name} = :${name}`, values: { [`:${name}`]: value } }],
    ),
    ...terms
      .filter((other) => other !== term)
      .map((other, index) => ({
        name: 'haystack',
        condition: `contains(#haystack, :needle${index})`,
        values: { [`:needle${index}`]: needleOf(other) },
      })),
    ...(sort === 'relevance' && !isPriceOpen
      ? [
          {
            name: 'priceMinor',
            condition: '#priceMinor BETWEEN :minPrice AND :maxPrice',
            values: { ':minPrice': minPriceMinor, ':maxPrice': maxPriceMinor },
          },
        ]
      : []),
  ];
  return parts.length === 0
    ? undefined
    : {
        FilterExpression: parts.map(({ condition }) => condition).join(' AND '),
        ExpressionAttributeNames: Object.fromEntries(parts.map(({ name }) => [`#${name}`, name])),
        values: Object.fromEntries(parts.flatMap(({ values }) => Object.entries<string | number>(values))),
      };
};
