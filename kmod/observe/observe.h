/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The observers of the core, for module.c.  The core knows them only as the
 * struct kpool_observer that it is given.
 */
#ifndef _KPOOL_OBSERVE_H
#define _KPOOL_OBSERVE_H

struct kpool_observer;

extern const struct kpool_observer kpool_debugfs_observer;

void kpool_debugfs_init(void);
void kpool_debugfs_exit(void);

#endif /* _KPOOL_OBSERVE_H */
