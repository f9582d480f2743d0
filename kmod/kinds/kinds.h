/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Initialisation and cleanup of the kinds of pools in this directory.
 */
#ifndef _KPOOL_KINDS_H
#define _KPOOL_KINDS_H

/* static.c */
int kpool_static_init(void);
void kpool_static_exit(void);

#endif /* _KPOOL_KINDS_H */
