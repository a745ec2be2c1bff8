import type { NationalLanguage } from './nls.js';

type Language = NationalLanguage['language'];

/** A language's own words. `{0}`, `{1}` stand for the numbers and quoted texts of the English line, in its order. */
interface Words {
  readonly error: string;
  readonly errorAtLine: string;
  readonly connected: string;
  readonly idle: string;
  readonly noRows: string;
  readonly oneRow: string;
  readonly rows: string;
  readonly feedback: Readonly<Record<string, string>>;
  readonly codes: Readonly<Record<string, string>>;
}

const english: Words = {
  error: 'ERROR:',
  errorAtLine: 'ERROR at line {0}:',
  connected: 'Connected.',
  idle: 'Connected to an idle instance.',
  noRows: 'no rows selected',
  oneRow: '1 row selected.',
  rows: '{0} rows selected.',
  feedback: {},
  codes: {},
};

/** The words of a run. Assumed: recalled from localised installations; the codes in front of them are what counts. */
const translations: Readonly<Record<Language, Words>> = {
  AMERICAN: english,
  FRENCH: {
    error: 'ERREUR :',
    errorAtLine: 'ERREUR à la ligne {0} :',
    connected: 'Connecté.',
    idle: 'Connecté à une instance inactive.',
    noRows: 'aucune ligne sélectionnée',
    oneRow: '1 ligne sélectionnée.',
    rows: '{0} lignes sélectionnées.',
    feedback: {
      'Database altered.': 'Base de données modifiée.',
      'System altered.': 'Système modifié.',
      'Session altered.': 'Session modifiée.',
      'Tablespace altered.': 'Tablespace modifié.',
      'Pluggable database altered.': 'Base de données pluggable modifiée.',
      'File created.': 'Fichier créé.',
      'Commit complete.': 'Validation effectuée.',
      'Rollback complete.': 'Annulation (rollback) effectuée.',
      'PL/SQL procedure successfully completed.': 'Procédure PL/SQL terminée avec succès.',
    },
    codes: {
      'ORA-01017': 'nom utilisateur/mot de passe non valide ; connexion refusée',
      'ORA-01031': 'privilèges insuffisants',
      'ORA-01034': "ORACLE n'est pas disponible",
      'ORA-01110': 'fichier de données {0} : {1}',
      'ORA-01123':
        'impossible de démarrer la sauvegarde en ligne ; récupération après défaillance matérielle non activée',
      'ORA-01142': "impossible de terminer la sauvegarde en ligne - aucun fichier n'est en cours de sauvegarde",
      'ORA-01146': 'impossible de démarrer la sauvegarde en ligne - le fichier {0} est déjà en cours de sauvegarde',
      'ORA-00942': 'Table ou vue inexistante',
      'ORA-03113': 'fin de fichier sur canal de communication',
      'ORA-03114': 'pas connecté à ORACLE',
      'ORA-12154': "TNS : l'identificateur de connexion indiqué n'a pas pu être résolu",
      'ORA-12541': "TNS : pas de processus d'écoute",
      'ORA-28001': 'le mot de passe est expiré',
      'ORA-28002': 'le mot de passe expirera dans {0} jours',
      'SP2-0640': 'Non connecté',
    },
  },
  SPANISH: {
    error: 'ERROR:',
    errorAtLine: 'ERROR en línea {0}:',
    connected: 'Conectado.',
    idle: 'Conectado a una instancia inactiva.',
    noRows: 'ninguna fila seleccionada',
    oneRow: '1 fila seleccionada.',
    rows: '{0} filas seleccionadas.',
    feedback: {
      'Database altered.': 'Base de datos modificada.',
      'System altered.': 'Sistema modificado.',
      'Session altered.': 'Sesión modificada.',
      'Tablespace altered.': 'Tablespace modificado.',
      'Pluggable database altered.': 'Base de datos de conexión modificada.',
      'File created.': 'Archivo creado.',
      'Commit complete.': 'Confirmación terminada.',
      'Rollback complete.': 'Rollback terminado.',
      'PL/SQL procedure successfully completed.': 'Procedimiento PL/SQL terminado correctamente.',
    },
    codes: {
      'ORA-01017': 'nombre de usuario/contraseña no válidos; conexión denegada',
      'ORA-01031': 'privilegios insuficientes',
      'ORA-01034': 'ORACLE no disponible',
      'ORA-01110': 'archivo de datos {0}: {1}',
      'ORA-01123': 'no se puede iniciar la copia de seguridad en línea; recuperación del medio físico no activada',
      'ORA-01142': 'no se puede finalizar la copia de seguridad en línea - ningún archivo está en copia de seguridad',
      'ORA-01146': 'no se puede iniciar la copia de seguridad en línea - el archivo {0} ya está en copia de seguridad',
      'ORA-00942': 'la tabla o vista no existe',
      'ORA-03113': 'fin de archivo en el canal de comunicación',
      'ORA-03114': 'no conectado a ORACLE',
      'ORA-12154': 'TNS:no se ha podido resolver el identificador de conexión especificado',
      'ORA-12541': 'TNS:no hay ningún listener',
      'ORA-28001': 'la contraseña ha caducado',
      'ORA-28002': 'la contraseña caducará en {0} días',
      'SP2-0640': 'No conectado',
    },
  },
};

const filled = (text: string, values: readonly (string | number)[]): string =>
  text.replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)] ?? ''));

/** What the client itself says, in its language. */
export const createMessages = (language: Language) => {
  const words = translations[language];
  return {
    error: words.error,
    errorAtLine: (line: number): string => filled(words.errorAtLine, [line]),
    connected: words.connected,
    idle: words.idle,
    rowCount: (count: number): string =>
      count === 0 ? words.noRows : count === 1 ? words.oneRow : filled(words.rows, [count]),
    /** The feedback of a statement, given in English. */
    feedback: (text: string): string => words.feedback[text] ?? text,
    /** A line of an error stack, given in English. What has no translation here stays English. */
    errorLine: (line: string): string => {
      const code = /^[A-Z0-9]+-\d+/.exec(line)?.[0] ?? '';
      const text = words.codes[code];
      const values = line.slice(code.length).match(/'[^']*'|\d+/g) ?? [];
      return text === undefined ? line : `${code}: ${filled(text, values)}`;
    },
  };
};

export type Messages = ReturnType<typeof createMessages>;
