import type { MerchantLabel } from '../policy/policy.ts';
import type { Product, ProductVersion } from './product.ts';

/** Whoever searches may ask for this many characters at once. */
export const maxSearchLength = 64;
/** Words and pairs of characters that one search asks for: each is a part of a condition, which has 4 KB. */
export const maxSearchTerms = 64;
/** Folding may make one character many (a ligature, a squared word); beyond this a listing is not searched. */
const maxFoldedLength = 640;

const scripts = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}ー々〇';
const run = new RegExp(`[${scripts}]+|[[\\p{L}\\p{N}\\p{M}]--[${scripts}]]+`, 'gv');
const isUnspaced = (term: string): boolean => new RegExp(`^[${scripts}]`, 'v').test(term);

/**
 * The words of a text, and its stretches of writing that sets no spaces between words (Chinese, Japanese, Korean), in
 * their order. Compatibility forms are folded and letters lower-cased (Unicode NFKC), so that ＡＢＣ is found as abc.
 */
const runsOf = (text: string): readonly string[] =>
  text.normalize('NFKC').toLowerCase().slice(0, maxFoldedLength).match(run) ?? [];

const charactersAndPairs = (stretch: string): readonly string[] => {
  const characters = [...stretch];
  return [...characters, ...characters.slice(1).map((character, index) => `${characters[index]}${character}`)];
};

/** What a listing is found by: each word; of unspaced writing each character and each two adjacent ones. */
export const indexTermsOf = (text: string): readonly string[] => [
  ...new Set(runsOf(text).flatMap((each) => (isUnspaced(each) ? charactersAndPairs(each) : [each]))),
];

/** What a listing must have to be found: each word asked for, and each two adjacent characters; a lone one as it is. */
export const searchTermsOf = (text: string): readonly string[] => [
  ...new Set(
    runsOf(text).flatMap((each) => {
      const characters = [...each];
      if (!isUnspaced(each) || characters.length === 1) return [each];
      return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
    }),
  ),
];

/** A text in the form in which `needleOf` finds its terms. */
export const haystackOf = (text: string): string => ` ${runsOf(text).join(' ')} `;

/** What a haystack contains exactly if its text has the term: a whole word, or adjacent characters anywhere. */
export const needleOf = (term: string): string => (isUnspaced(term) ? term : ` ${term} `);

export type SearchFilter = {
  readonly category?: string | undefined;
  readonly label?: MerchantLabel | undefined;
  readonly merchantId?: string | undefined;
  readonly minPriceMinor?: number | undefined;
  readonly maxPriceMinor?: number | undefined;
};

export const searchSorts = ['price', '-price', 'relevance'] as const;
export type SearchSort = (typeof searchSorts)[number];

/** What a listing is found by: its title and who sells it. */
const searchTextOf = ({ merchantName }: Product, { title }: ProductVersion): string => `${title} ${merchantName}`;

/** Whether a product on sale has every term and passes every filter. */
export const isFound = (product: Product, terms: readonly string[], filter: SearchFilter): boolean => {
  const { onSale } = product;
  if (onSale === undefined || !passesFilter(product, onSale, filter)) return false;
  const haystack = haystackOf(searchTextOf(product, onSale));
  return terms.every((term) => haystack.includes(needleOf(term)));
};

const passesFilter = (product: Product, onSale: ProductVersion, filter: SearchFilter): boolean =>
  (filter.category === undefined || onSale.category === filter.category) &&
  (filter.label === undefined || product.merchantLabel === filter.label) &&
  (filter.merchantId === undefined || product.merchantId === filter.merchantId) &&
  onSale.priceMinor >= (filter.minPriceMinor ?? 0) &&
  onSale.priceMinor <= (filter.maxPriceMinor ?? Number.POSITIVE_INFINITY);

/** What the index keeps of a product under one of its terms. */
export type Posting = {
  readonly term: string;
  readonly productId: string;
  readonly category: string;
  readonly label: MerchantLabel;
  readonly merchantId: string;
  readonly priceMinor: number;
  /** Its text, so that the other terms of a search are looked for without reading further postings. */
  readonly haystack: string;
  /** How much the text says: of two listings that have all that was asked for, the one that says less else comes first. */
  readonly weight: number;
  /** The product's change that it stems from; a later one is never overwritten by an earlier one. */
  readonly revision: number;
};

/** Everything the index keeps of a product; nothing while it is not on sale, or its merchant may not sell. */
export const postingsOf = (product: Product): readonly Posting[] => {
  const { onSale, sellerStanding } = product;
  if (onSale === undefined || sellerStanding !== 'admitted') return [];
  const text = searchTextOf(product, onSale);
  const terms = indexTermsOf(text);
  const common = {
    productId: product.productId,
    category: onSale.category,
    label: product.merchantLabel,
    merchantId: product.merchantId,
    priceMinor: onSale.priceMinor,
    haystack: haystackOf(text),
    weight: terms.length,
    revision: product.revision,
  };
  return terms.map((term) => ({ ...common, term }));
};
