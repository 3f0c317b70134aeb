export * from './openshell/nemoclaw.ts';
export * from './openshell/network.ts';
export * from './openshell/operations.ts';
export * from './openshell/refusals.ts';
export * from './openshell/sandbox.ts';
