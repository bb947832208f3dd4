/**
 * Acceptance sampling by attributes: single sampling plans for normal inspection of ISO 2859-1:1999, tables 1 and 2-A
 * (the same numbers stand in ANSI/ASQ Z1.4 and GB/T 2828.1).
 */

/** How much is tested: the special levels S-1 to S-4 where testing destroys or is dear, the general levels I and II else. */
export const inspectionLevels = ['S-1', 'S-2', 'S-3', 'S-4', 'I', 'II'] as const;
export type InspectionLevel = (typeof inspectionLevels)[number];

/** Acceptable quality limits: the worst share of bad keys, in percent, that is still acceptable as an average. */
export const acceptableQualityLimits = [
  '0.065',
  '0.10',
  '0.15',
  '0.25',
  '0.40',
  '0.65',
  '1.0',
  '1.5',
  '2.5',
  '4.0',
  '6.5',
] as const;
export type AcceptableQualityLimit = (typeof acceptableQualityLimits)[number];

/** What a policy asks of a batch. */
export type Inspection = { readonly inspectionLevel: InspectionLevel; readonly aql: AcceptableQualityLimit };

/** So many keys are tested; up to `accept` bad ones the batch is accepted, from `accept + 1` on it is rejected. */
export type SamplingPlan = { readonly size: number; readonly accept: number };

/** Sample size code letters and the sample size of each (table 2-A; the letters I and O are not used). */
const sampleSizes = {
  A: 2,
  B: 3,
  C: 5,
  D: 8,
  E: 13,
  F: 20,
  G: 32,
  H: 50,
  J: 80,
  K: 125,
  L: 200,
  M: 315,
  N: 500,
  P: 800,
  Q: 1_250,
  R: 2_000,
} as const;
type CodeLetter = keyof typeof sampleSizes;
const letters = 'ABCDEFGHJKLMNPQR';

/** Table 1: the largest lot of each row, and its code letters for the levels in the order of `inspectionLevels`. */
const codeLetters: readonly (readonly [largestLot: number, codes: string])[] = [
  [8, 'AAAAAA'],
  [15, 'AAAAAB'],
  [25, 'AABBBC'],
  [50, 'ABBCCD'],
  [90, 'BBCCCE'],
  [150, 'BBCDDF'],
  [280, 'BCDEEG'],
  [500, 'BCDEFH'],
  [1_200, 'CCEFGJ'],
  [3_200, 'CDEGHK'],
  [10_000, 'CDFGJL'],
  [35_000, 'CDFHKM'],
  [150_000, 'DEGJLN'],
  [500_000, 'DEGJMP'],
  [Number.POSITIVE_INFINITY, 'DEHKNQ'],
];

/** Table 2-A: the letter at which a single bad key rejects. The rows below it read alike for every limit. */
const lettersOfZero: Readonly<Record<AcceptableQualityLimit, CodeLetter>> = {
  '0.065': 'L',
  '0.10': 'K',
  '0.15': 'J',
  '0.25': 'H',
  '0.40': 'G',
  '0.65': 'F',
  '1.0': 'E',
  '1.5': 'D',
  '2.5': 'C',
  '4.0': 'B',
  '6.5': 'A',
};

/** The rows from that letter on: `up` and `down` are the arrows of the table, to the next plan above or below. */
const rowsFromZero = [0, 'up', 'down', 1, 2, 3, 5, 7, 10, 14, 21] as const;

/**
 * The plan for a batch of so many keys. Where it asks for as many keys as there are, or more, all of them are tested.
 *
 * @param lotSize keys in the batch, at least 1
 */
export const samplingPlan = ({ inspectionLevel, aql }: Inspection, lotSize: number): SamplingPlan => {
  const codes = codeLetters.find(([largestLot]) => lotSize <= largestLot)?.[1] ?? '';
  const row = letters.indexOf(codes.charAt(inspectionLevels.indexOf(inspectionLevel)));
  const zero = letters.indexOf(lettersOfZero[aql]);
  const { offset, accept } = followArrows(Math.max(0, row - zero));
  const letter = Object.entries(sampleSizes)[zero + offset];
  if (letter === undefined) throw new Error(`No sampling plan for ${lotSize} keys at ${inspectionLevel}, ${aql}`);
  return { size: Math.min(letter[1], lotSize), accept };
};

/** Above the first plan of a column its arrows lead down to it, below the last one up to that. */
const followArrows = (offset: number): { offset: number; accept: number } => {
  const row = rowsFromZero[Math.min(offset, rowsFromZero.length - 1)];
  if (row === 'up') return followArrows(offset - 1);
  if (row === 'down') return followArrows(offset + 1);
  return { offset: Math.min(offset, rowsFromZero.length - 1), accept: row ?? 0 };
};

export type SampleCount = { readonly good: number; readonly bad: number };

/**
 * What the results so far say of the batch. It is decided as soon as no further result can change it: one more bad key
 * than the plan accepts rejects, and so many good ones that the rest cannot reject accept.
 */
export const judge = ({ size, accept }: SamplingPlan, { good, bad }: SampleCount): 'accepted' | 'rejected' | 'open' => {
  if (bad > accept) return 'rejected';
  return good >= size - accept ? 'accepted' : 'open';
};
