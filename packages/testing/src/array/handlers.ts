import { HttpResponse, http, type RequestHandler } from 'msw';
import { sessionCookie } from './account-routes.js';
import { errorEnvelope, successEnvelope } from './answer.js';
import type { Garbage } from './garbage.js';
import type { SimulatedArray } from './simulated-array.js';
import { systemVersion } from './system.js';

// Not msw's own `cookies`: those include what its cookie store remembers from other callers.
const sessionOf = (cookieHeader: string | null): string | undefined =>
  (cookieHeader ?? '')
    .split(';')
    .map((pair) => pair.trim().split('='))
    .find(([name]) => name === sessionCookie)?.[1];

// Observed in saved answers of a 7.0 array. Source: infinibox-api.md section 1.3.
const everyAnswer = {
  'X-INFINIDAT-VERSION': systemVersion,
  'Cache-Control': 'no-cache',
  'X-Content-Type-Options': 'nosniff',
  'X-XSS-Protection': '1; mode=block',
  Server: 'Apache',
};

const spoilt = ({ status, contentType, body, isCutShort }: Garbage): Response => {
  const bytes = Buffer.from(body);
  const headers = { ...everyAnswer, 'Content-Type': contentType, 'Content-Length': String(bytes.byteLength) };
  return new HttpResponse(isCutShort ? bytes.subarray(0, Math.ceil(bytes.byteLength / 2)) : bytes, { status, headers });
};

/** The simulated array spoken as REST: every path below `/api/rest` of any host. */
export const arrayHandlers = (array: SimulatedArray): readonly RequestHandler[] => [
  http.all('*/api/rest/*', async ({ request }) => {
    const { pathname, searchParams } = new URL(request.url);
    const departure = await array.call(
      {
        method: request.method,
        path: pathname,
        query: searchParams,
        bodyText: await request.text(),
        caller: {
          authorization: request.headers.get('authorization') ?? undefined,
          session: sessionOf(request.headers.get('cookie')),
          remoteAuthorization: request.headers.get('x-remote-authorization') ?? undefined,
        },
      },
      request.signal,
    );
    switch (departure.kind) {
      case 'answer': {
        const { answer } = departure;
        const headers = { ...everyAnswer, ...answer.headers };
        return HttpResponse.json(successEnvelope(answer), { status: answer.status, headers });
      }
      case 'refusal': {
        const { refusal, retryAfterSeconds } = departure;
        const retry = retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) };
        const headers = { ...everyAnswer, ...retry };
        return HttpResponse.json(errorEnvelope(refusal), { status: refusal.status, headers });
      }
      case 'garbage':
        return spoilt(departure);
      case 'cut':
        return HttpResponse.error();
    }
  }),
];
