import { Duration, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi as GatewayApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { type RawFunction, rawRoutes } from '../contract/api/raw-routes.ts';
import type { ApiFunction, Route } from '../contract/api/route.ts';
import { routes } from '../contract/api/routes.ts';
import type { RoomFunction } from './constructs/room-function.ts';
import { RoomLogs } from './constructs/room-logs.ts';
import type { Site } from './constructs/site.ts';

export type HttpApiProps = {
  readonly site: Site;
  /** Tells who is calling. */
  readonly authorizer: RoomFunction;
  /** Which function answers the routes of which room. */
  readonly functions: Readonly<Record<ApiFunction, RoomFunction>>;
  /** Which function answers the raw routes of which room. */
  readonly rawFunctions: Readonly<Record<RawFunction, RoomFunction>>;
};

/** What the access log says of each request: never a header, a query or a body, in which keys could stand. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    sourceIp: '$context.identity.sourceIp',
    routeKey: '$context.routeKey',
    status: '$context.status',
    accountId: '$context.authorizer.accountId',
    responseLength: '$context.responseLength',
    responseLatencyMs: '$context.responseLatency',
    integrationLatencyMs: '$context.integrationLatency',
    integrationError: '$context.integrationErrorMessage',
    authorizerError: '$context.authorizer.error',
    // Not `messageString`, which brings quotation marks of its own and breaks the line's JSON.
    gatewayError: '$context.error.message',
  }),
);

/** The HTTP API: every route of the contract, and no other. */
export class HttpApi extends Construct {
  readonly gateway: GatewayApi;
  readonly stage: HttpStage;

  constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    this.gateway = new GatewayApi(this, 'Gateway', {
      description: `Surety ${props.site.settings.stage}`,
      createDefaultStage: false,
    });
    this.stage = this.#makeStage(props.site);
    this.#addRoutes(props);
    this.#addRawRoutes(props.rawFunctions);
  }

  #makeStage(site: Site): HttpStage {
    const { apiThrottle } = site.settings;
    return new HttpStage(this, 'Stage', {
      httpApi: this.gateway,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: apiThrottle.requestsPerSecond, burstLimit: apiThrottle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(new RoomLogs(this, 'AccessLogs', { site }).logGroup),
        format: accessLogFormat,
      },
    });
  }

  #addRoutes({ authorizer, functions }: HttpApiProps): void {
    const identifies = new HttpLambdaAuthorizer('Authorizer', authorizer.lambda, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      identitySource: ['$request.header.Authorization'],
      // A revoked API key dies within this time.
      resultsCacheTtl: Duration.seconds(60),
    });
    const integrations = integrationsOf(functions);
    for (const route of routes) {
      const [added] = this.gateway.addRoutes({
        path: route.path,
        methods: [HttpMethod[route.method]],
        integration: integrations[route.function],
        authorizer: route.roles === 'public' ? new HttpNoneAuthorizer() : identifies,
      });
      if (added !== undefined && route.roles === 'public') acknowledgePublic(added, route);
    }
  }

  #addRawRoutes(functions: HttpApiProps['rawFunctions']): void {
    const make = (name: RawFunction) =>
      new HttpLambdaIntegration(name, functions[name].lambda, { scopePermissionToRoute: false });
    const integrations = {
      reference: make('reference'),
      channelNotifications: make('channelNotifications'),
    };
    for (const { method, path, function: name, reason } of rawRoutes) {
      const [added] = this.gateway.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration: integrations[name],
        authorizer: new HttpNoneAuthorizer(),
      });
      if (added !== undefined) Validations.of(added).acknowledge({ id: 'AwsSolutions-APIG4', reason });
    }
  }
}

/** One integration and one permission for each function, not one for each route. */
const integrationsOf = (functions: HttpApiProps['functions']): Record<ApiFunction, HttpLambdaIntegration> => {
  const make = (name: ApiFunction) =>
    new HttpLambdaIntegration(name, functions[name].lambda, { scopePermissionToRoute: false });
  return {
    identity: make('identity'),
    personalData: make('personalData'),
    admission: make('admission'),
    catalog: make('catalog'),
    stock: make('stock'),
    imports: make('imports'),
    orders: make('orders'),
    payments: make('payments'),
    channelPayments: make('channelPayments'),
    reveal: make('reveal'),
    ledger: make('ledger'),
    policy: make('policy'),
    webhooks: make('webhooks'),
  };
};

const acknowledgePublic = (added: Construct, route: Route): void =>
  Validations.of(added).acknowledge({
    id: 'AwsSolutions-APIG4',
    reason: `Anyone may call ${route.operation}, as the table of routes says: ${route.summary}`,
  });
