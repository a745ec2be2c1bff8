import { HttpResponse, http, type RequestHandler } from 'msw';
import { errorEnvelope, successEnvelope } from './answer.js';
import { sessionCookie } from './routes.js';
import type { SimulatedArray } from './simulated-array.js';
import { systemVersion } from './system.js';

// Not msw's own `cookies`: those include what its cookie store remembers from other callers.
const sessionOf = (cookieHeader: string | null): string | undefined =>
  (cookieHeader ?? '')
    .split(';')
    .map((pair) => pair.trim().split('='))
    .find(([name]) => name === sessionCookie)?.[1];

// Documented. Source: infinibox-api.md section 1.3.
const everyAnswer = { 'X-INFINIDAT-VERSION': systemVersion, 'Cache-Control': 'no-cache' };

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
        const { refusal } = departure;
        return HttpResponse.json(errorEnvelope(refusal), { status: refusal.status, headers: everyAnswer });
      }
      case 'garbage':
        return new HttpResponse(departure.body, { status: 200, headers: { 'Content-Type': 'text/html' } });
      case 'cut':
        return HttpResponse.error();
    }
  }),
];
