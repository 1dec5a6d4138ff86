// The field day as plain Kotlin: it knows no Android, and its tests run on any JVM.
plugins { alias(libs.plugins.kotlin.jvm) }

kotlin { jvmToolchain(17) }

dependencies {
    api(project(":core"))
    api(libs.coroutines.core)
    testImplementation(libs.junit)
    testRuntimeOnly(libs.jna)
}

tasks.test { useJUnitPlatform() }
