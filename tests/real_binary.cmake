# SPDX-License-Identifier: Apache-2.0
# The tests that call the runtime as a program (README.md). WPAR_RUNTIME in the environment names another
# runtime than the one built here.

# Copied into containers, so it must not need a loader or libraries there.
add_executable(wpar_probe ${CMAKE_CURRENT_LIST_DIR}/support/probe.cpp)
target_compile_features(wpar_probe PRIVATE cxx_std_20)
target_include_directories(wpar_probe PRIVATE ${PROJECT_SOURCE_DIR})
target_compile_definitions(wpar_probe PRIVATE _GNU_SOURCE)
target_compile_options(wpar_probe PRIVATE -Wall -Wextra -Wconversion -Wshadow -Wold-style-cast)
target_link_options(wpar_probe PRIVATE -static -s)
set_target_properties(wpar_probe PROPERTIES POSITION_INDEPENDENT_CODE OFF
  RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)

file(GLOB wpar_support_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/support/*.cpp)
list(FILTER wpar_support_sources EXCLUDE REGEX "/probe\\.cpp$|oci_schema")
add_library(wpar_test_support STATIC ${wpar_support_sources})
target_link_libraries(wpar_test_support PUBLIC wpar_options wpar::runtime_base nlohmann_json::nlohmann_json GTest::gtest)
target_compile_definitions(wpar_test_support
  PUBLIC WPAR_PROBE_PATH="$<TARGET_FILE:wpar_probe>"
  PRIVATE WPAR_DEFAULT_RUNTIME="${CMAKE_BINARY_DIR}/bin/runwpar")
add_dependencies(wpar_test_support wpar_probe)

# wpar_real_binary_test(<folder> SECONDS): tests/<folder>/*_test.cpp, label <folder>.
function(wpar_real_binary_test folder seconds)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/${folder}/*_test.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${folder}_tests ${sources})
  target_link_libraries(${folder}_tests PRIVATE wpar_test_support)
  set_target_properties(${folder}_tests PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  if(TARGET runwpar)
    add_dependencies(${folder}_tests runwpar)
  endif()
  gtest_discover_tests(${folder}_tests TEST_PREFIX "${folder}."
    PROPERTIES LABELS ${folder} TIMEOUT ${seconds} DISCOVERY_TIMEOUT 60)
endfunction()

wpar_real_binary_test(integration 60)
# From a specification file to a running container: the other programs take part.
target_compile_definitions(integration_tests PRIVATE WPAR_PROGRAM_DIR="${CMAKE_BINARY_DIR}/bin")
add_dependencies(integration_tests wpar2oci openwpar-hook-devices openwpar-hook-network)
wpar_real_binary_test(security 120)
wpar_real_binary_test(faults 120)
wpar_real_binary_test(engines 180)
wpar_real_binary_test(checkpoint 180)
wpar_real_binary_test(systemd 180)
target_sources(systemd_tests PRIVATE ${CMAKE_CURRENT_LIST_DIR}/systemd/systemd_world.cpp)
target_compile_definitions(systemd_tests PRIVATE WPAR_PROGRAM_DIR="${CMAKE_BINARY_DIR}/bin"
  WPAR_HELPER_DIRECTORY="${CMAKE_INSTALL_FULL_LIBEXECDIR}/openwpar")
add_dependencies(systemd_tests runwpar-systemd)
add_executable(wpar_tcp_counter ${CMAKE_CURRENT_LIST_DIR}/checkpoint/tcp_counter.cpp)
target_compile_features(wpar_tcp_counter PRIVATE cxx_std_20)
target_compile_options(wpar_tcp_counter PRIVATE -Wall -Wextra -Wconversion -Wshadow -Wold-style-cast)
target_link_options(wpar_tcp_counter PRIVATE -static -s)
set_target_properties(wpar_tcp_counter PROPERTIES POSITION_INDEPENDENT_CODE OFF
  RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
target_sources(checkpoint_tests PRIVATE ${CMAKE_CURRENT_LIST_DIR}/checkpoint/checkpoint_world.cpp)
target_compile_definitions(checkpoint_tests PRIVATE WPAR_TCP_COUNTER="$<TARGET_FILE:wpar_tcp_counter>")
add_dependencies(checkpoint_tests wpar_tcp_counter)
# Specifications through wpar2oci, and what it writes through the engines.
target_sources(engines_tests PRIVATE ${CMAKE_CURRENT_LIST_DIR}/engines/translated_world.cpp
  ${CMAKE_CURRENT_LIST_DIR}/engines/podman_world.cpp ${CMAKE_CURRENT_LIST_DIR}/engines/containerd_world.cpp)
target_compile_definitions(engines_tests PRIVATE WPAR_PROGRAM_DIR="${CMAKE_BINARY_DIR}/bin"
  WPAR_PODMAN_HOOKS="${CMAKE_BINARY_DIR}/share/openwpar/hooks.d" WPAR_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
add_dependencies(engines_tests wpar2oci openwpar-hook-devices openwpar-hook-network)
