/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The worked examples of Documentation/kinds/ and drivers.rst, one file each.  Every function
 * runs its example once and returns 0 or a negative errno.
 */
#ifndef _KPOOL_EXAMPLES_H
#define _KPOOL_EXAMPLES_H

int example_buf(void);
int example_compound(void);
int example_device(void);
int example_dma(void);
int example_fifo(void);
int example_ring(void);
int example_scope(void);
int example_sized(void);
int example_static(void);
int example_typed(void);
int example_work(void);

#endif /* _KPOOL_EXAMPLES_H */
