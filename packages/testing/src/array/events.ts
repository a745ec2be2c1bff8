import { z } from 'zod';
import { parseBody } from './answer.js';
import type { WireRecord } from './query.js';

const datum = z.looseObject({ name: z.string(), type: z.string(), value: z.unknown() });

const externalBody = z.looseObject({
  code: z.string().min(1),
  level: z.enum(['INFO', 'WARNING', 'ERROR', 'CRITICAL']).default('INFO'),
  description_template: z.string().default(''),
  visibility: z.enum(['CUSTOMER', 'INFINIDAT']).default('CUSTOMER'),
  data: z.array(datum).default([]),
});

const customBody = z.strictObject({
  level: z.enum(['INFO', 'WARNING', 'ERROR', 'CRITICAL']),
  description_template: z.string(),
  visibility: z.enum(['CUSTOMER', 'INFINIDAT']).default('CUSTOMER'),
  data: z.array(datum).default([]),
});

/** Something that happened on the array. */
interface ArrayEvent {
  /** `VOLUME_CREATED`, `VOLUME_DELETED`, `VOLUME_RESTORED`, their kin, and `USER_LOGIN_SUCCESS`. */
  readonly code: string;
  readonly description: string;
  readonly affectedEntityId: number;
  /** Who did it. Default: the array's own administrator. */
  readonly username?: string | undefined;
}

/** The array's log of events. Ids of their own from 1000 on. Documented. Source: infinibox-api.md section 3.5. */
export interface Events {
  readonly fields: ReadonlySet<string>;
  report(event: ArrayEvent): void;
  records(): readonly WireRecord[];
  /** `POST events`: an event of an outside tool, such as the vendor's CSI driver. */
  createExternal(body: unknown): WireRecord;
  /** `DELETE events?timestamp=le:X`. @param matches  Those that go. */
  remove(matches: (event: WireRecord) => boolean): readonly WireRecord[];
  /** `POST events/custom`: `{a}` of the template becomes the datum named `a`. */
  createCustom(body: unknown): WireRecord;
}

/** `GET events/types`. Documented. Source: section 3.5. */
export const eventTypes: WireRecord = {
  codes: [
    ...['VOLUME', 'FILESYSTEM'].flatMap((kind) => [`${kind}_CREATED`, `${kind}_DELETED`, `${kind}_RESTORED`]),
    ...['CG_CREATED', 'CG_DELETED', 'CG_RESTORED', 'USER_LOGIN_SUCCESS', 'DDE_INFO_EVENT'],
    ...['INFO', 'WARNING', 'ERROR', 'CRITICAL'].map((level) => `CUSTOM_${level}_EVENT`),
  ],
  levels: ['INFO', 'WARNING', 'ERROR', 'CRITICAL'].map((name, index) => ({ name, value: index + 1 })),
  visibilities: ['CUSTOMER', 'INFINIDAT'],
  reporters: ['PLATFORM', 'EXTERNAL'],
};

const fields = new Set([
  ...['id', 'code', 'level', 'username', 'description', 'timestamp', 'reporter', 'visibility', 'system_version'],
  ...['source_node_id', 'description_template', 'affected_entity_id', 'tenant_id', 'seq_num', 'data'],
]);

/** `{a}` of the template becomes the datum named `a`. Documented. Source: section 3.5. */
const fill = ({
  description_template,
  data,
}: Pick<z.output<typeof externalBody>, 'description_template' | 'data'>): string =>
  data.reduce((text, { name, value }) => text.replaceAll(`{${name}}`, String(value)), description_template);

export const createEvents = (options: {
  readonly now: () => number;
  readonly username: string;
  readonly systemVersion: string;
}): Events => {
  let records: WireRecord[] = [];
  let count = 0;
  const append = (event: Pick<ArrayEvent, 'code' | 'description'> & WireRecord): WireRecord => {
    const record = {
      id: 1000 + count,
      level: 'INFO',
      username: options.username,
      timestamp: options.now(),
      reporter: 'PLATFORM',
      visibility: 'CUSTOMER',
      system_version: options.systemVersion,
      source_node_id: 1,
      description_template: event.description,
      affected_entity_id: null,
      tenant_id: 1,
      seq_num: count + 1,
      data: [],
      ...event,
    };
    count += 1;
    records.push(record);
    return record;
  };
  return {
    fields,
    // The affected id is a string, unlike every other id. Source: section 3.5.
    report: ({ code, description, affectedEntityId, username = options.username }) =>
      void append({ code, description, affected_entity_id: String(affectedEntityId), username }),
    records: () => records,
    createCustom: (body) => {
      const wanted = parseBody(customBody, body);
      return append({ ...wanted, code: `CUSTOM_${wanted.level}_EVENT`, description: fill(wanted) });
    },
    // Assumed: the code is the caller's, the reporter EXTERNAL. Source: infinibox-api.md section 3.5.
    createExternal: (body) => {
      const { code, level, description_template, visibility, data } = parseBody(externalBody, body);
      const description = fill({ description_template, data });
      return append({ code, level, description, description_template, visibility, data, reporter: 'EXTERNAL' });
    },
    remove: (matches) => {
      const doomed = records.filter(matches);
      records = records.filter((record) => !doomed.includes(record));
      return doomed;
    },
  };
};
