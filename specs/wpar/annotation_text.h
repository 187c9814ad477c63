// SPDX-License-Identifier: Apache-2.0
#pragma once
// A JSON document in an annotation that has to pass an engine's command line: Podman before 4.9
// splits the values of --annotation at commas and wants its quotes paired. Used by the documents
// that hooks read and by the targets that write command lines.

#include <string>
#include <string_view>

namespace wpar::spec {

// '"', ',' and '%' as %22, %2C and %25: the text has neither a comma nor a quote.
std::string encode_annotation(std::string_view document);
// The document again. A text that has a quote is no encoded one and stays as it is: every JSON
// object that is not empty has one.
std::string decode_annotation(std::string_view text);

}  // namespace wpar::spec
