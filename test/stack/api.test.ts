import { describe, expect, it } from 'vitest';
import { rawRoutes } from '../../contract/api/raw-routes.ts';
import { routes } from '../../contract/api/routes.ts';
import { lambdaOf, only, type Properties, type Resource, resourcesOf, synthesize } from './synthesized.ts';

const template = synthesize();
const made = new Map(
  resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, route]) => [String(route.Properties['RouteKey']), route]),
);
/** The function that a route's integration invokes. */
const invokedBy = ({ Properties }: Resource): string => {
  const integration = /"Ref":"([^"]+)"/.exec(JSON.stringify(Properties['Target']))?.[1] ?? '';
  return /"Fn::GetAtt":\["([^"]+)"/.exec(JSON.stringify(template.Resources[integration]?.Properties))?.[1] ?? '';
};

describe('the HTTP API', () => {
  it('has every route of the tables and no other', () => {
    expect([...made.keys()].sort()).toEqual(
      [...routes, ...rawRoutes].map(({ method, path }) => `${method} ${path}`).sort(),
    );
  });

  it.each(rawRoutes)('$path is answered by its function, for everybody', (route) => {
    const resource = made.get(`${route.method} ${route.path}`);
    expect(resource && invokedBy(resource)).toBe(lambdaOf(template, route.function)[0]);
    expect(resource?.Properties['AuthorizationType'] ?? 'NONE').toBe('NONE');
  });

  it.each(routes)('$operation is answered by the function of its room', (route) => {
    const resource = made.get(`${route.method} ${route.path}`);
    expect(resource && invokedBy(resource)).toBe(lambdaOf(template, route.function)[0]);
  });

  it.each(routes)('$operation asks who is calling unless it is public', (route) => {
    const properties = made.get(`${route.method} ${route.path}`)?.Properties;
    expect(properties?.['AuthorizationType'] ?? 'NONE').toBe(route.roles === 'public' ? 'NONE' : 'CUSTOM');
    if (route.roles !== 'public') {
      const [authorizer] = resourcesOf(template, 'AWS::ApiGatewayV2::Authorizer');
      expect(properties?.['AuthorizerId']).toEqual({ Ref: authorizer?.[0] });
    }
  });

  it('speaks the payload that handlers expect', () => {
    for (const [, { Properties }] of resourcesOf(template, 'AWS::ApiGatewayV2::Integration'))
      expect(Properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
  });

  it('forgets who an API key belongs to within a minute', () => {
    expect(only(template, 'AWS::ApiGatewayV2::Authorizer').Properties).toMatchObject({
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      IdentitySource: ['$request.header.Authorization'],
      AuthorizerResultTtlInSeconds: 60,
    });
  });

  it('opens no browser of another origin a door', () => {
    expect(only(template, 'AWS::ApiGatewayV2::Api').Properties).not.toHaveProperty('CorsConfiguration');
  });

  it('bounds the rate of requests', () => {
    const settings = only(template, 'AWS::ApiGatewayV2::Stage').Properties['DefaultRouteSettings'] as Properties;
    expect(settings['ThrottlingRateLimit']).toBeGreaterThan(0);
    expect(settings['ThrottlingBurstLimit']).toBeGreaterThan(0);
  });

  it('logs each request as JSON, and nothing in which an API key could stand', () => {
    const { Format } = only(template, 'AWS::ApiGatewayV2::Stage').Properties['AccessLogSettings'] as { Format: string };
    const format = JSON.parse(Format) as Record<string, string>;
    expect(Object.keys(format)).toContain('requestId');
    // It comes with quotation marks of its own, between which the format's would break the line.
    expect(Object.values(format)).not.toContain('$context.error.messageString');
    expect(Object.values(format).filter((value) => /header|querystring|body|\$context\.path$/i.test(value))).toEqual(
      [],
    );
  });
});
