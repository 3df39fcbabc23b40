// Dates in posts are in GMT; `sv` writes YYYY-MM-DD HH:MM.
const format = new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Asia/Shanghai' });

export const beijing = (date: Date) => format.format(date);
