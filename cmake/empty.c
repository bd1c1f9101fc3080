// SPDX-License-Identifier: MIT OR Apache-2.0
typedef int ra__empty;
