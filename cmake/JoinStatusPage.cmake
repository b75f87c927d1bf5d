# Joins the status page into one file: cmake -D SOURCE=resolver/admin/page -D OUTPUT=FOLDER -P JoinStatusPage.cmake
#
# Writes to FOLDER status_page.html, status_page.policy (its Content-Security-Policy), and both as C++:
# status_page_text.cpp.
cmake_minimum_required(VERSION 3.25)

set(scripts dom format charts overview explain main) # in this order: each uses those before it

# hash_source(VARIABLE TEXT): how a policy names an inline script or style: 'sha256-' and the hash in Base64 (RFC 4648).
function(hash_source variable text)
  set(alphabet ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/)
  string(SHA256 hash "${text}")
  set(base64 "")
  foreach(start RANGE 0 60 6) # three octets are four letters
    string(SUBSTRING "${hash}00" ${start} 6 octets)
    foreach(shift 18 12 6 0)
      math(EXPR digit "(0x${octets} >> ${shift}) & 63")
      string(SUBSTRING ${alphabet} ${digit} 1 letter)
      string(APPEND base64 ${letter})
    endforeach()
  endforeach()
  string(SUBSTRING ${base64} 0 43 base64) # 32 octets: the last letter stands for the padding
  set(${variable} "'sha256-${base64}='" PARENT_SCOPE)
endfunction()

file(READ "${SOURCE}/page.html" page)
file(READ "${SOURCE}/page.css" style)
set(script "")
foreach(name IN LISTS scripts)
  file(READ "${SOURCE}/${name}.js" text)
  string(APPEND script "${text}")
endforeach()
string(REPLACE "@STYLE@" "${style}" page "${page}")
string(REPLACE "@SCRIPT@" "${script}" page "${page}")

hash_source(style_hash "${style}")
hash_source(script_hash "${script}")
string(JOIN "; " policy
  "default-src 'none'" "script-src ${script_hash}" "style-src ${style_hash}" "connect-src 'self'"
  "img-src data:" # its icon
  "base-uri 'none'" "form-action 'none'" "frame-ancestors 'none'"
  "require-trusted-types-for 'script'" "trusted-types 'none'") # no text becomes markup

file(WRITE "${OUTPUT}/status_page.html" "${page}")
file(WRITE "${OUTPUT}/status_page.policy" "${policy}")
file(WRITE "${OUTPUT}/status_page_text.cpp" "#include \"resolver/admin/status_page_text.hpp\"

namespace tributary::resolver {

const std::string_view status_page_html = R\"page(${page})page\";
const std::string_view status_page_policy = \"${policy}\";

}  // namespace tributary::resolver
")
