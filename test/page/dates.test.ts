import { describe, expect, test } from 'vitest';
import { ago, type DateToken, dateText, dayTitle, readDate, timeText } from '../../playground/page/text/dates.ts';

const at = (iso: string) => Date.parse(iso);
const token = (format: string, iso: string): DateToken => ({ seconds: at(iso) / 1000, format, fallback: '' });
const berlin = { now: at('2026-11-29T22:30:00Z'), locale: 'en-US', timeZone: 'Europe/Berlin' };
const tokyo = { ...berlin, timeZone: 'Asia/Tokyo' };

test('a date is told in the zone of who reads it', () => {
  const date = token('{date_short} at {time}', '2026-11-03T16:05:00Z');
  expect(dateText(date, berlin)).toBe('Nov 3, 2026 at 5:05 PM');
  expect(dateText(date, tokyo)).toBe('Nov 4, 2026 at 1:05 AM');
});

test('a day that is near has a name, which depends on the zone', () => {
  const date = token('{date_short_pretty} at {time}', '2026-11-29T22:00:00Z');
  expect(dateText(date, berlin)).toBe('today at 11:00 PM');
  expect(dateText(date, tokyo)).toBe('today at 7:00 AM');
  expect(dateText(token('{date_pretty}', '2026-11-30T12:00:00Z'), berlin)).toBe('tomorrow');
  expect(dateText(token('{date_long_pretty}', '2026-11-28T12:00:00Z'), berlin)).toBe('yesterday');
  expect(dateText(token('{date_short_pretty}', '2026-11-20T12:00:00Z'), berlin)).toBe('Nov 20, 2026');
});

test('text around a date stays as it is', () => {
  expect(dateText(token('{what} of {date_num}', '2026-11-03T16:05:00Z'), berlin)).toBe('{what} of 11/03/2026');
});

describe('reading', () => {
  test.each([['date^^{date}'], ['date^12x^{date}'], ['date^12'], ['today^12^{date}']])('%s is no date', (command) => {
    expect(readDate(command, 'then')).toBeNull();
  });

  test('a link beside it is kept', () => {
    expect(readDate('date^12^{date}^https://a.example', 'then')).toEqual({
      seconds: 12,
      format: '{date}',
      url: 'https://a.example',
      fallback: 'then',
    });
  });
});

test('times, days and spans read as in Slack', () => {
  expect(timeText(at('2026-11-29T08:05:09Z'), berlin)).toBe('9:05 AM');
  expect(timeText(at('2026-11-29T08:05:09Z'), berlin, true)).toBe('9:05:09 AM');
  expect(dayTitle(at('2026-11-29T08:00:00Z'), berlin)).toBe('Today');
  expect(dayTitle(at('2026-11-20T08:00:00Z'), berlin)).toBe('Friday, November 20');
  expect(ago(at('2026-11-29T20:20:00Z'), berlin)).toBe('2 hours ago');
});
