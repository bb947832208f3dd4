import { describe, expect, it } from 'vitest';
import { environmentVariables, tableVariable } from '../../contract/environment.ts';
import { tableNames, tables } from '../../contract/tables.ts';
import { parseStage, settingsOf, stages } from '../../lib/settings.ts';
import { functionNames, machineOf, resourcesOf, synthesize, variablesOf } from './synthesized.ts';

const template = synthesize();

/** What a resource waits for, by reference or by name. */
const neighboursOf = (id: string): readonly string[] => {
  const resource = template.Resources[id];
  const references = [...JSON.stringify(resource).matchAll(/"(?:Ref|Fn::GetAtt)":\[?"([^"]+)"/g)].map(
    ([, name]) => name,
  );
  return [...references, ...[resource?.DependsOn ?? []].flat()].filter(
    (name): name is string => name !== undefined && name in template.Resources,
  );
};

describe('the template', () => {
  it('stays far enough under the 500 resources that a stack holds', () => {
    expect(Object.keys(template.Resources).length).toBeLessThan(450);
  });

  it('is the same each time', () => {
    expect(synthesize()).toEqual(template);
  });

  it('can be created from nothing: no resource waits for itself', () => {
    const done = new Set<string>();
    const visit = (id: string, path: readonly string[]): void => {
      expect(path, `a circle: ${[...path, id].join(' → ')}`).not.toContain(id);
      if (done.has(id)) return;
      for (const next of neighboursOf(id)) visit(next, [...path, id]);
      done.add(id);
    };
    for (const id of Object.keys(template.Resources)) visit(id, []);
  });

  it('names no partition, account or region', () => {
    const text = JSON.stringify(template);
    expect(text).not.toContain('arn:aws');
    expect(text).not.toMatch(/\b\d{12}\b/);
    expect(text).not.toMatch(/\b(us|eu|ap|cn)-[a-z]+-\d\b/);
  });

  it('asks for nothing that a fresh account refuses', () => {
    for (const [, { Properties }] of resourcesOf(template, 'AWS::Lambda::Function')) {
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
      expect(Properties['MemorySize']).toBeLessThanOrEqual(3_008);
    }
  });

  it('runs every function on Node 24 and arm64, with a log group of its own', () => {
    for (const [, { Properties }] of resourcesOf(template, 'AWS::Lambda::Function')) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
      expect(Properties).toHaveProperty('LoggingConfig.LogGroup');
    }
  });

  it('says where everything is that a person or a command looks for', () => {
    expect(Object.keys(template.Outputs)).toEqual(
      expect.arrayContaining(['ApiUrl', 'DashboardUrl', 'ExportsBucketName', 'DeadLettersDelivery', 'TableOrders']),
    );
  });
});

it('only where nobody trades for real may any policy be tried', () => {
  expect(stages.filter((stage) => !settingsOf(stage).rehearsal)).toEqual(['production']);
});

describe('a region in China', () => {
  const china = synthesize({ regionProfile: 'china' });

  it('is asked for no tracing', () => {
    expect(JSON.stringify(china)).not.toMatch(/xray|"Active"/);
    for (const [, { Properties }] of resourcesOf(china, 'AWS::StepFunctions::StateMachine'))
      expect(Properties).not.toHaveProperty('TracingConfiguration.Enabled', true);
  });

  it('has its dashboard in the console of its partition', () => {
    expect(JSON.stringify(china.Outputs['DashboardUrl'])).toContain('console.amazonaws.cn');
  });
});

describe('a stage', () => {
  it.each(stages)('%s has settings', (stage) => {
    expect(settingsOf(stage).stage).toBe(stage);
  });

  it('that nobody defined is refused with the names of those that are', () => {
    expect(() => parseStage('prod')).toThrow('There is no stage "prod". Choose one of: local, demo, dev, production.');
  });

  it('that relies on the sweep alone tells the relay to start no workflows', () => {
    const swept = synthesize({ guaranteeTimers: 'swept' });
    expect(variablesOf(swept, 'relay')[environmentVariables.guaranteeTimers]).toBe('swept');
    expect(machineOf(swept, 'Escrow').Properties).toEqual(machineOf(template, 'Escrow').Properties);
  });

  it('writes to the person named for its alarms', () => {
    const subscriptions = resourcesOf(synthesize({ alarmEmail: 'ops@example.com' }), 'AWS::SNS::Subscription');
    expect(subscriptions.map(([, { Properties }]) => Properties)).toMatchObject([
      { Protocol: 'email', Endpoint: 'ops@example.com' },
    ]);
  });
});

describe('a stack on restored tables', () => {
  const streamOf = (name: string) =>
    `arn:aws:dynamodb:eu-central-1:123456789012:table/${name}.at-moment/stream/2026-11-22T04:00:00.000`;
  const restoredTables = {
    moment: '2026-11-22T03:00:00.000Z',
    tables: Object.fromEntries(
      tableNames.map((name) => [name, { tableName: `${name}.at-moment`, streamArn: streamOf(name) }]),
    ),
  };
  const closed = synthesize({ restoredTables, selling: 'closed' });
  const deployed = [...functionNames].filter((name) => name !== 'policy');

  it('does not open selling before the claims made since the moment are replayed', () => {
    expect(() => synthesize({ restoredTables })).toThrow(/-c selling=closed/);
    expect(() =>
      synthesize({ restoredTables: { ...restoredTables, claimsReplayedAt: '2026-11-22T09:00:00.000Z' } }),
    ).not.toThrow();
  });

  it('tells and grants its functions the restored tables, and its own to nobody', () => {
    for (const table of tableNames) {
      const told = deployed.flatMap((name) => variablesOf(closed, name)[tableVariable(table)] ?? []);
      expect(new Set(told)).toEqual(new Set([`${table}.at-moment`]));
    }
    const own = resourcesOf(closed, 'AWS::DynamoDB::Table').map(([id]) => id);
    expect(own).toHaveLength(tableNames.length);
    const policies = JSON.stringify(resourcesOf(closed, 'AWS::IAM::Policy'));
    for (const id of own) expect(policies).not.toContain(id);
    for (const table of tableNames) expect(policies).toContain(`table/${table}.at-moment`);
  });

  it('follows the streams of the restored tables', () => {
    const followed = resourcesOf(closed, 'AWS::Lambda::EventSourceMapping')
      .filter(([, { Properties }]) => 'StartingPosition' in Properties)
      .map(([, { Properties }]) => Properties['EventSourceArn']);
    const streaming = tableNames.filter((name) => tables[name].stream !== false);
    expect(followed.toSorted()).toEqual(streaming.map((name) => streamOf(name)).toSorted());
  });

  it('keeps the tables it made, as they were', () => {
    const tablesOf = (of: typeof template) => resourcesOf(of, 'AWS::DynamoDB::Table');
    expect(tablesOf(closed)).toEqual(tablesOf(template));
  });
});
