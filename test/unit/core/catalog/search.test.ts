import { describe, expect, it } from 'vitest';
import type { Product } from '../../../../core/catalog/product.ts';
import {
  haystackOf,
  indexTermsOf,
  isFound,
  needleOf,
  postingsOf,
  searchTermsOf,
} from '../../../../core/catalog/search.ts';
import { product } from '../../../support/sample-orders.ts';

const finds = (asked: string, title: string, merchantName = 'M'): boolean => {
  const sold: Product = { ...product({ title }), merchantName };
  return isFound(sold, searchTermsOf(asked), {});
};

describe('a text is found by', () => {
  it.each<[string, string, boolean]>([
    ['点卡', '星光点卡 100 元', true],
    ['光点', '星光点卡 100 元', true],
    ['星光点卡', '星光点卡 100 元', true],
    ['星点', '星光点卡 100 元', false],
    ['卡星', '星光点卡 100 元', false],
    ['卡', '星光点卡 100 元', true],
    ['元', '星光点卡 100 元', true],
    ['卡元', '星光点卡 100 元', false],
    ['100元', '星光点卡 100 元', true],
    ['100', '星光点卡 1000 元', false],
    ['STEAM', 'Steam wallet', true],
    ['ｓｔｅａｍ', 'Steam wallet', true],
    ['steam', 'ＳＴＥＡＭ充值卡', true],
    ['充值', 'ＳＴＥＡＭ充值卡', true],
    ['stea', 'Steam wallet', false],
    ['wallet steam', 'Steam wallet', true],
    ['steam wallet 50', 'Steam wallet', false],
    ['ポイント', 'スターポイントカード', true],
    ['㍿', '株式会社', true],
    ['straße', 'STRASSE', false],
    ['é', 'cafe\u0301 é', true],
    ['𠮷野', '𠮷野家', true],
    ['点卡', '点-卡', false],
  ])('“%s” in “%s”: %s', (asked, title, found) => {
    expect(finds(asked, title)).toBe(found);
  });

  it('who sells it', () => {
    expect(finds('飞鱼', '点卡', '飞鱼点卡')).toBe(true);
    expect(finds('飞鱼 100', '点卡 100', '飞鱼点卡')).toBe(true);
  });

  it('nothing where nothing can be asked for', () => {
    for (const nothing of ['', '!?', ' - ', '🎮']) expect(searchTermsOf(nothing)).toEqual([]);
  });

  it('every term that its own words ask for', () => {
    const title = '星光点卡 Steam 50元 ポイント';
    for (const term of searchTermsOf(title)) {
      expect(indexTermsOf(title)).toContain(term);
      expect(haystackOf(title)).toContain(needleOf(term));
    }
  });
});

describe('the postings of a product', () => {
  it('are one for each term while it is on sale, and none while it is not', () => {
    const sold: Product = { ...product({ title: '点卡 Steam' }), merchantName: 'Feiyu' };
    expect(postingsOf(sold).map(({ term }) => term)).toEqual(['点', '卡', '点卡', 'steam', 'feiyu']);
    const { onSale, onSaleVersion, ...offSale } = sold;
    expect(postingsOf(offSale)).toEqual([]);
  });

  it('are bounded whatever the texts are', () => {
    const sold: Product = { ...product({ title: '﷽'.repeat(200) }), merchantName: '㌀'.repeat(120) };
    expect(postingsOf(sold).length).toBeLessThan(1_300);
    const long: Product = {
      ...product({
        title: '一'.repeat(10) + String.fromCodePoint(...Array.from({ length: 190 }, (_, index) => 0x4e00 + index)),
      }),
      merchantName: 'M',
    };
    expect(postingsOf(long).length).toBeLessThan(400);
  });
});
