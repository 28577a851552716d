export { audit } from './audit';
export { generation } from './generation';
export { housekeeping } from './housekeeping';
export { payment } from './payment';
export { reconciliation } from './reconciliation';
