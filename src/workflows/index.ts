export { generation } from './generation';
export { housekeeping } from './housekeeping';
export { payment } from './payment';
