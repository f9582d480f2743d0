/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The version of kpool, for its modules and for the command kpool.  CHANGELOG.md
 * says what each version changed, and what a version number promises.
 */
#ifndef _UAPI_LINUX_KPOOL_VERSION_H
#define _UAPI_LINUX_KPOOL_VERSION_H

#define KPOOL_VERSION	"0.9.0"

#endif /* _UAPI_LINUX_KPOOL_VERSION_H */
