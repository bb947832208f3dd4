import { describe, expect, it } from 'vitest';
import { environmentVariables, tableVariable } from '../../contract/environment.ts';
import { tableNames } from '../../contract/tables.ts';
import { eventSettleSeconds } from '../../contract/webhooks.ts';
import { settingsOf, stages } from '../../lib/settings.ts';
import {
  functionNames,
  lambdaOf,
  machineOf,
  type Properties,
  permissionsOf,
  resourcesOf,
  roleIdOf,
  statementsOfRole,
  synthesize,
  tableIdOf,
  variablesOf,
  whoMay,
} from './synthesized.ts';

const template = synthesize();
const everyPermission = functionNames.flatMap((name) => permissionsOf(template, name));
const doers = (action: string) =>
  functionNames.filter((name) => permissionsOf(template, name).some(([done]) => done === action));
const keyWith = (description: string) => {
  const found = resourcesOf(template, 'AWS::KMS::Key').find(([, { Properties }]) =>
    String(Properties['Description']).includes(description),
  );
  if (found === undefined) throw new Error(`no key whose description has "${description}"`);
  return found;
};
const archiveId = (template.Outputs['ClaimsArchiveBucketName']?.Value as { Ref: string } | undefined)?.Ref ?? '';
/** Who may start executions of the state machine of a room. */
const startersOf = (room: string) =>
  functionNames.filter((name) =>
    permissionsOf(template, name).some(
      ([action, resource]) => action === 'states:StartExecution' && resource.startsWith(room),
    ),
  );
const conditionsOf = (properties: Properties, action: string) =>
  (properties['KeyPolicy'] as unknown as { Statement: { Action: string; Condition: Properties }[] }).Statement.filter(
    (statement) => statement.Action === action,
  ).map(({ Condition }) => Condition);

describe('secrets', () => {
  const [secretsKey, secrets] = keyWith('wraps the data keys');
  const [fingerprintKey, fingerprints] = keyWith('fingerprints');
  const [signingKey, signing] = keyWith('signing secrets of webhook endpoints');

  it('only revealing may decrypt, with the key of the secrets', () => {
    expect(whoMay(template, 'kms:Decrypt', secretsKey)).toEqual(['reveal']);
  });

  it('only importing may seal and fingerprint', () => {
    expect(doers('kms:GenerateDataKey')).toEqual(['stock', 'importFile']);
    expect(whoMay(template, 'kms:GenerateDataKey', secretsKey)).toEqual(['stock', 'importFile']);
    expect(doers('kms:GenerateMac')).toEqual(['stock', 'importFile']);
    expect(whoMay(template, 'kms:GenerateMac', fingerprintKey)).toEqual(['stock', 'importFile']);
  });

  it('no other use of a key is given to any function', () => {
    const uses = new Set(everyPermission.map(([action]) => action).filter((action) => action.startsWith('kms:')));
    expect([...uses].sort()).toEqual(['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateMac']);
  });

  it.each([
    ['kms:Decrypt', 'reveal', secrets],
    ['kms:GenerateDataKey', 'stock', secrets],
    ['kms:GenerateDataKey', 'importFile', secrets],
    ['kms:GenerateMac', 'stock', fingerprints],
    ['kms:GenerateMac', 'importFile', fingerprints],
    ['kms:Encrypt', 'webhooks', signing],
    ['kms:Decrypt', 'deliverWebhook', signing],
  ] as const)('the key itself allows %s to the role of %s, by a statement of its own', (action, name, key) => {
    expect(conditionsOf(key.Properties, action)).toContainEqual(
      expect.objectContaining({
        ArnEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': [roleIdOf(template, name), 'Arn'] } },
      }),
    );
  });

  it.each([
    ['kms:Decrypt', 1],
    ['kms:GenerateDataKey', 2],
  ] as const)('the key of the secrets allows %s to no more than %d roles', (action, roles) => {
    expect(conditionsOf(secrets.Properties, action)).toHaveLength(roles);
  });

  it('signing secrets of webhooks have a key of their own: who keeps endpoints seals them, who sends opens them', () => {
    expect(doers('kms:Encrypt')).toEqual(['webhooks']);
    expect(whoMay(template, 'kms:Encrypt', signingKey)).toEqual(['webhooks']);
    expect(whoMay(template, 'kms:Decrypt', signingKey)).toEqual(['deliverWebhook']);
    expect(doers('kms:Decrypt')).toEqual(['reveal', 'deliverWebhook']);
  });

  it.each([secrets, fingerprints, signing])(
    'an administrator may keep the key but not use it: $Properties.Description',
    (key) => {
      const { Statement } = key.Properties['KeyPolicy'] as unknown as {
        Statement: { Action: string | string[]; Condition?: unknown }[];
      };
      const unconditional = Statement.filter(({ Condition }) => Condition === undefined).flatMap(
        ({ Action }) => Action,
      );
      expect(unconditional).toContain('kms:PutKeyPolicy');
      expect(unconditional.filter((action) => /\*|Decrypt|Encrypt|Generate|CreateGrant/.test(action))).toEqual([]);
    },
  );
});

describe('card keys', () => {
  it('only importing, revealing and the audit may read them', () => {
    expect(whoMay(template, 'dynamodb:GetItem', 'keys')).toEqual(['audit']);
    expect(whoMay(template, 'dynamodb:BatchGetItem', 'keys')).toEqual(['stock', 'reveal', 'importFile', 'audit']);
    expect(whoMay(template, 'dynamodb:Scan', 'keys')).toEqual(['audit']);
  });

  it('only those who claim, and who uses samples up, may give a key an owner, and they cannot store one', () => {
    expect(whoMay(template, 'dynamodb:UpdateItem', 'keys')).toEqual([
      'payments',
      'channelNotifications',
      'settleChannel',
      'reveal',
      'deliver',
      'guarantee',
      'sweep',
    ]);
    expect(whoMay(template, 'dynamodb:PutItem', 'keys')).toEqual(['stock', 'importFile']);
  });

  it('nobody may delete one', () => {
    expect(whoMay(template, 'dynamodb:DeleteItem', 'keys')).toEqual([]);
    expect(whoMay(template, 'dynamodb:BatchWriteItem', 'keys')).toEqual([]);
  });
});

describe('the journal', () => {
  it('is written by those who move money', () => {
    expect(whoMay(template, 'dynamodb:PutItem', 'ledger')).toEqual([
      'orders',
      'payments',
      'channelNotifications',
      'settleChannel',
      'deliver',
      'guarantee',
      'sweep',
      'fold',
    ]);
  });

  it('is never deleted from', () => {
    expect(whoMay(template, 'dynamodb:DeleteItem', 'ledger')).toEqual([]);
    expect(whoMay(template, 'dynamodb:BatchWriteItem', 'ledger')).toEqual([]);
  });

  it('takes entries from the orders room without showing it anybody else’s', () => {
    const onLedger = permissionsOf(template, 'orders').filter(([, resource]) => resource.startsWith('ledger'));
    expect(onLedger).toEqual([['dynamodb:PutItem', 'ledger']]);
  });

  it.each(['ledger', 'audit'] as const)('is only read by %s', (name) => {
    const writes = permissionsOf(template, name).filter(([action]) => /Put|Update|Delete|Write/.test(action));
    const toData = writes.filter(([action, table]) => action.startsWith('dynamodb:') && table !== 'limits');
    expect(toData).toEqual([]);
  });
});

describe('webhooks', () => {
  it('the function that calls the hosts of strangers touches endpoints and events, and nothing of the trade', () => {
    const touched = permissionsOf(template, 'deliverWebhook').filter(([action]) => action.startsWith('dynamodb:'));
    expect(new Set(touched.map(([, table]) => table))).toEqual(new Set(['webhooks']));
  });

  it('no other function but those of the room, and the one that exports and erases accounts, touches its table', () => {
    const touching = functionNames.filter((name) =>
      permissionsOf(template, name).some(([, resource]) => resource.split('/')[0] === 'webhooks'),
    );
    expect(touching).toEqual(['personalData', 'webhooks', 'recordEvents', 'deliverWebhook', 'sweepWebhooks']);
  });

  it('are sent to public hosts alone wherever others are on the network', () => {
    for (const name of ['webhooks', 'deliverWebhook'] as const)
      expect(variablesOf(template, name)[environmentVariables.webhookReach]).toBe('public');
    expect(stages.filter((stage) => settingsOf(stage).webhookReach !== 'public')).toEqual(['local', 'demo']);
  });

  it('whoever writes events is done before they are listed, so that none appears before one that was read', () => {
    for (const name of whoMay(template, 'dynamodb:PutItem', 'webhooks'))
      expect(lambdaOf(template, name)[1].Properties['Timeout']).toBeLessThan(eventSettleSeconds);
  });
});

describe('every function', () => {
  it('the policy room may touch no data but the count of requests, and the reference none', () => {
    const touchedBy = (name: 'policy' | 'reference') =>
      permissionsOf(template, name).filter(([action]) => !/^(logs|xray):/.test(action));
    expect(touchedBy('policy')).toEqual([['dynamodb:UpdateItem', 'limits']]);
    expect(touchedBy('reference')).toEqual([]);
  });

  it('the authorizer may look one caller up, and that is all', () => {
    const touched = permissionsOf(template, 'authorizer').filter(([action]) => !/^(logs|xray):/.test(action));
    expect(touched).toEqual([['dynamodb:GetItem', 'identity']]);
  });

  it('only the relay follows changes of orders, stock, payments and notices, the archive those of keys, the indexer those of products', () => {
    expect(doers('dynamodb:GetRecords')).toEqual(['relay', 'archiveClaims', 'indexCatalog']);
    const followed = (name: 'relay' | 'archiveClaims' | 'indexCatalog') =>
      permissionsOf(template, name).flatMap(([action, resource]) =>
        action === 'dynamodb:GetRecords' ? [resource] : [],
      );
    expect([...followed('relay')].sort()).toEqual([
      'identity/stream',
      'orders/stream',
      'payments/stream',
      'stock/stream',
    ]);
    expect(followed('archiveClaims')).toEqual(['keys/stream']);
    expect(followed('indexCatalog')).toEqual(['catalog/stream']);
  });

  it('of accounts the relay is sent new notices, and no hash, name or paper', () => {
    const identity = tableIdOf(template, 'identity');
    const filters = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').flatMap(([, { Properties }]) =>
      JSON.stringify(Properties['EventSourceArn']).includes(identity) ? [Properties['FilterCriteria']] : [],
    );
    const Pattern = JSON.stringify({ eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: [{ prefix: 'ntc_' }] } } } });
    expect(filters).toEqual([{ Filters: [{ Pattern }] }]);
  });

  it('claims may be added by the archive and read by the audit, and nobody may change or remove one', () => {
    const touching = functionNames.flatMap((name) =>
      permissionsOf(template, name)
        .filter(([action, resource]) => action.startsWith('s3:') && resource.startsWith(archiveId))
        .map(([action]) => `${name} ${action}`),
    );
    expect(touching).toEqual(['archiveClaims s3:PutObject', 'audit s3:ListBucket', 'audit s3:GetObject']);
  });

  it('what the public can reach to announce a payment cannot sign for us', () => {
    const may = permissionsOf(template, 'channelNotifications').map(([, resource]) => resource);
    expect(may.filter((resource) => /signing/i.test(resource))).toEqual([]);
    expect(doers('secretsmanager:GetSecretValue')).toEqual([
      'channelPayments',
      'channelNotifications',
      'settleChannel',
    ]);
  });

  it('only one starts guarantees, and it can do nothing else to orders', () => {
    expect(startersOf('Escrow')).toEqual(['startGuarantee']);
    expect(permissionsOf(template, 'startGuarantee').filter(([action]) => action.startsWith('dynamodb:'))).toEqual([]);
  });

  it('imports are started by their room, and again by the sweep', () => {
    expect(startersOf('Imports')).toEqual(['imports', 'sweep']);
  });

  it.each(functionNames)('%s holds no action by wildcard', (name) => {
    expect(permissionsOf(template, name).filter(([action]) => action.includes('*'))).toEqual([]);
  });

  it.each(functionNames)('%s may do to every resource only what names none', (name) => {
    const anywhere = permissionsOf(template, name).filter(([, resource]) => resource === '*');
    const argued = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];
    if (['relay', 'archiveClaims', 'indexCatalog'].includes(name)) argued.push('dynamodb:ListStreams');
    expect(anywhere.map(([action]) => action).sort()).toEqual(argued.sort());
  });

  it.each(functionNames)('%s is told exactly the tables that it may touch', (name) => {
    const touched = new Set(
      permissionsOf(template, name)
        .filter(([action, resource]) => action.startsWith('dynamodb:') && !resource.endsWith('/stream'))
        .map(([, resource]) => resource.split('/')[0]),
    );
    const told = tableNames.filter((table) => tableVariable(table) in variablesOf(template, name));
    expect(told).toEqual(tableNames.filter((table) => touched.has(table)));
  });

  it('queries name their index: no function may query every index of a table', () => {
    expect(everyPermission.filter(([, resource]) => /\/index\/\*/.test(resource))).toEqual([]);
  });
});

it.each([
  ['Escrow', 'Guarantee'],
  ['Imports', 'ImportFile'],
])('the state machine of %s may invoke the function %s and nothing else', (room, fn) => {
  const machine = machineOf(template, room);
  const role = (machine.Properties['RoleArn'] as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'][0];
  const invoked = statementsOfRole(template, role).filter(({ Action }) => Action.includes('lambda:InvokeFunction'));
  expect(invoked).toHaveLength(1);
  expect(JSON.stringify(invoked[0]?.Resource)).toContain(`${room}${fn}`);
  expect(JSON.stringify(invoked[0]?.Resource)).not.toContain('*');
});

it('everybody who claims keys or takes orders is told whether selling is open', () => {
  const claiming = whoMay(template, 'dynamodb:UpdateItem', 'keys');
  for (const closed of [false, true]) {
    const told = closed ? synthesize({ selling: 'closed' }) : template;
    for (const name of ['orders', ...claiming] as const)
      expect(variablesOf(told, name)[environmentVariables.selling]).toBe(closed ? 'closed' : 'open');
  }
});

it('captures live by the policy that the stage names', () => {
  expect(variablesOf(template, 'payments')).toHaveProperty(environmentVariables.policyVersion);
});
