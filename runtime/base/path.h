// SPDX-License-Identifier: Apache-2.0
#pragma once
// Lexical path operations: they never look at a file system. What a path below a container root
// really leads to is the kernel's answer only (sys::RootDir).

#include <string>
#include <string_view>

namespace wpar {

bool is_absolute(std::string_view path);
// "/a//b/./../c/" → "/a/c"; "a/.." → "."; ".." above the root of an absolute path stays at the
// root.
std::string clean_path(std::string_view path);
// clean_path(base + "/" + relative); an absolute `relative` replaces the base.
std::string join_path(std::string_view base, std::string_view relative);
// True for the same path and for everything below it: component by component, never by prefix.
bool is_same_or_below(std::string_view path, std::string_view ancestor);
// The part after the last slash: "/a/b" → "b".
std::string_view base_name(std::string_view path);
// The part before the last slash: "/a/b" → "/a", "/a" → "/", "a" → ".".
std::string parent_path(std::string_view path);

}  // namespace wpar
