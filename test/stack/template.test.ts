import { describe, expect, it } from 'vitest';
import { environmentVariables } from '../../contract/environment.ts';
import { parseStage, settingsOf, stages } from '../../lib/settings.ts';
import { resourcesOf, synthesize, variablesOf } from './synthesized.ts';

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
  it('stays under 400 resources', () => {
    expect(Object.keys(template.Resources).length).toBeLessThan(400);
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
    const [machine] = resourcesOf(china, 'AWS::StepFunctions::StateMachine');
    expect(machine?.[1].Properties).not.toHaveProperty('TracingConfiguration.Enabled', true);
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
    expect(resourcesOf(swept, 'AWS::StepFunctions::StateMachine')).toHaveLength(1);
  });

  it('writes to the person named for its alarms', () => {
    const subscriptions = resourcesOf(synthesize({ alarmEmail: 'ops@example.com' }), 'AWS::SNS::Subscription');
    expect(subscriptions.map(([, { Properties }]) => Properties)).toMatchObject([
      { Protocol: 'email', Endpoint: 'ops@example.com' },
    ]);
  });
});
