/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the pool family needs done when kpool.ko comes and goes; for module.c.
 */
#ifndef _KPOOL_KINDS_H
#define _KPOOL_KINDS_H

/* static.c */
int kpool_static_init(void);
void kpool_static_exit(void);

#endif /* _KPOOL_KINDS_H */
