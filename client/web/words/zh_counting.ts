/** Numbers in Chinese, which has one form for all of them. It needs nothing of the page, so that this catalogue comes by itself. */

const numbers = new Intl.NumberFormat("zh-CN");

export function number(value: number): string {
  return numbers.format(value);
}

/** Such as `3 人`. */
export function count(value: number, { other }: { other: string }): string {
  return `${number(value)} ${other}`;
}
