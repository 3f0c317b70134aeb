const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?([Zz]|[+-]\d{2}:\d{2})$/;
const DAY_IN_MILLISECONDS = 86_400_000;

/**
 * The moment from which a grant no longer holds, in milliseconds since 1970 UTC: the end of a calendar day in UTC, or
 * an RFC 3339 time. Null for anything else, days such as February 30 included.
 */
export function parseExpiry(text: string): number | null {
  const day = DAY.exec(text);
  if (day) {
    const start = Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3]));
    return isSameDay(start, text) ? start + DAY_IN_MILLISECONDS : null;
  }
  if (!TIME.test(text)) return null;
  const time = Date.parse(text.toUpperCase());
  if (Number.isNaN(time)) return null;
  const startOfDay = Date.UTC(
    Number(text.slice(0, 4)),
    Number(text.slice(5, 7)) - 1,
    Number(text.slice(8, 10)),
  );
  return isSameDay(startOfDay, text.slice(0, 10)) ? time : null;
}

function isSameDay(time: number, day: string): boolean {
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}
