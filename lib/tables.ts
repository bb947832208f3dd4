import { Construct } from 'constructs';
import type { Selling } from '../contract/selling.ts';
import type { TableName } from '../contract/tables.ts';
import { DataTable } from './constructs/data-table.ts';
import type { Site } from './constructs/site.ts';

/** The tables of the contract. */
export class Tables extends Construct {
  readonly identity: DataTable<'identity'>;
  readonly catalog: DataTable<'catalog'>;
  readonly search: DataTable<'search'>;
  readonly keys: DataTable<'keys'>;
  readonly stock: DataTable<'stock'>;
  readonly orders: DataTable<'orders'>;
  readonly ledger: DataTable<'ledger'>;
  readonly webhooks: DataTable<'webhooks'>;
  /** Whether keys may be claimed from them. */
  readonly selling: Selling;
  readonly payments: DataTable<'payments'>;
  readonly limits: DataTable<'limits'>;

  constructor(scope: Construct, id: string, site: Site) {
    super(scope, id);
    this.selling = site.settings.selling;
    this.identity = new DataTable(this, 'Identity', { site, name: 'identity' });
    this.catalog = new DataTable(this, 'Catalog', { site, name: 'catalog' });
    this.search = new DataTable(this, 'Search', { site, name: 'search' });
    this.keys = new DataTable(this, 'Keys', { site, name: 'keys' });
    this.stock = new DataTable(this, 'Stock', { site, name: 'stock' });
    this.orders = new DataTable(this, 'Orders', { site, name: 'orders' });
    this.ledger = new DataTable(this, 'Ledger', { site, name: 'ledger' });
    this.payments = new DataTable(this, 'Payments', { site, name: 'payments' });
    this.limits = new DataTable(this, 'Limits', { site, name: 'limits' });
    this.webhooks = new DataTable(this, 'Webhooks', { site, name: 'webhooks' });
  }

  /** Each table under its name in the contract; a table that the contract gains must be added here to compile. */
  get byName(): { readonly [Name in TableName]: DataTable<Name> } {
    return {
      identity: this.identity,
      catalog: this.catalog,
      search: this.search,
      keys: this.keys,
      stock: this.stock,
      orders: this.orders,
      ledger: this.ledger,
      payments: this.payments,
      limits: this.limits,
      webhooks: this.webhooks,
    };
  }
}
