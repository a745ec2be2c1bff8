import { instanceName } from './instances.js';
import { oracleError } from './oracle-error.js';
import { majorVersion } from './state.js';
import type { StatementContext } from './statement-effects.js';

/** Parameters that came with containers. Documented: SQL Language Reference 12.1, "SYS_CONTEXT". */
const since12 = new Set(['CON_NAME', 'CON_ID', 'CDB_NAME']);

/**
 * SYS_CONTEXT('USERENV', name). Documented: SQL Language Reference, "SYS_CONTEXT", namespace USERENV.
 *
 * @throws {OracleError} ORA-02003 for a parameter that the release does not have.
 */
export const userenv = ({ engine: { state }, session, container }: StatementContext, name: string): string | null => {
  const hasContainers = state.containers.length > 0;
  const values: Readonly<Record<string, string | null>> = {
    ACTION: session.action,
    CDB_NAME: hasContainers ? state.name : null,
    CLIENT_IDENTIFIER: session.clientIdentifier,
    CLIENT_INFO: session.clientInfo,
    CON_ID: String(container?.id ?? (hasContainers ? 1 : 0)),
    CON_NAME: container?.name ?? (hasContainers ? 'CDB$ROOT' : state.name),
    CURRENT_SCHEMA: session.user,
    CURRENT_USER: session.user,
    DATABASE_ROLE: state.role,
    DB_NAME: container?.name ?? state.name,
    DB_UNIQUE_NAME: state.uniqueName,
    HOST: state.hostName,
    INSTANCE: String(session.instance),
    INSTANCE_NAME: instanceName(state.sid, state.threads, session.instance),
    ISDBA: session.isAdministrator ? 'TRUE' : 'FALSE',
    LANGUAGE: 'AMERICAN_AMERICA.AL32UTF8',
    MODULE: session.module,
    OS_USER: 'oracle',
    SERVER_HOST: instanceName(state.hostName, state.threads, session.instance),
    SERVICE_NAME: session.service,
    SESSION_USER: session.user,
    SESSIONID: String(session.id * 100),
    SID: String(session.id),
  };
  const value = values[name];
  if (value === undefined || (since12.has(name) && majorVersion(state) < 12)) throw oracleError('ORA-02003');
  return value === '' ? null : value;
};
